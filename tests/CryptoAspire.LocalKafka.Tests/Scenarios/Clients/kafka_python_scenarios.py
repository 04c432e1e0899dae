"""Scenarios for an unmodified kafka-python 2.0.2 (Debian's python3-kafka) against a running LocalKafka.

usage: kafka_python_scenarios.py BOOTSTRAP        runs every scenario; prints "ok NAME" or "FAIL NAME: reason" for each
       kafka_python_scenarios.py --list           prints the names only
"""
import sys
import threading
import time
import uuid

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.errors import (InvalidTopicError, MessageSizeTooLargeError, OffsetOutOfRangeError, TopicAlreadyExistsError,
                          UnknownTopicOrPartitionError)
from kafka.structs import OffsetAndMetadata

bootstrap = None
hour_ago = int(time.time() * 1000) - 3600000  # recent, or retention would be right to delete what carries it
scenarios = []


def scenario(function):
    scenarios.append(function)
    return function


def fresh(name):
    return "%s-%s" % (name, uuid.uuid4().hex[:8])


def admin():
    return KafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=60000)


def make_topic(name, partitions=1, **config):
    client = admin()
    client.create_topics([NewTopic(name, partitions, 1, topic_configs=config)])
    client.close()
    return name


def read_all(topic, count, **settings):
    consumer = KafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=60000, **settings)
    seen = []
    for message in consumer:
        seen.append(message)
        if len(seen) == count:
            break
    consumer.close()
    assert len(seen) == count, "%d of %d messages arrived" % (len(seen), count)
    return seen


def produce_and_read(compression):
    topic = make_topic(fresh("compressed"), 3)
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", compression_type=compression, linger_ms=20)
    futures = [producer.send(topic, key=b"k%d" % i, value=b"value-%d " % i * 20, headers=[("n", b"%d" % i)], timestamp_ms=hour_ago + i) for i in range(500)]
    producer.flush(60)
    assert all(f.get(60).offset >= 0 for f in futures)
    seen = read_all(topic, 500)
    assert {m.value for m in seen} == {b"value-%d " % i * 20 for i in range(500)}
    for m in seen:
        n = int(m.key[1:])
        assert m.timestamp == hour_ago + n and m.timestamp_type == 0, (m.timestamp, m.timestamp_type)
        assert m.headers == [("n", b"%d" % n)]
    producer.close()


@scenario
def produce_and_consume_uncompressed():
    produce_and_read(None)


@scenario
def produce_and_consume_gzip():
    produce_and_read("gzip")


@scenario
def produce_and_consume_snappy():
    produce_and_read("snappy")


@scenario
def produce_and_consume_lz4():
    produce_and_read("lz4")


@scenario
def acks_0_1_and_all_reach_the_log():
    topic = make_topic(fresh("acks"))
    for acks in (0, 1, "all"):
        producer = KafkaProducer(bootstrap_servers=bootstrap, acks=acks)
        for i in range(50):
            producer.send(topic, b"%s-%d" % (str(acks).encode(), i))
        producer.flush(60)
        producer.close()
    assert len({m.value for m in read_all(topic, 150)}) == 150


@scenario
def batches_of_several_sizes_keep_their_order():
    topic = make_topic(fresh("sizes"))
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", batch_size=200000, linger_ms=10, max_request_size=5000000)
    sizes = [0, 1, 10, 100, 1000, 10000, 100000, 500000]
    for size in sizes:
        producer.send(topic, b"x" * size)
    producer.flush(60)
    assert [len(m.value) for m in read_all(topic, len(sizes), max_partition_fetch_bytes=2000000)] == sizes
    producer.close()


@scenario
def null_values_and_null_keys_round_trip():
    topic = make_topic(fresh("nulls"))
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    producer.send(topic, key=b"tombstone", value=None)
    producer.send(topic, key=None, value=b"keyless")
    producer.flush(60)
    assert [(m.key, m.value) for m in read_all(topic, 2)] == [(b"tombstone", None), (None, b"keyless")]
    producer.close()


@scenario
def too_large_a_message_is_refused_by_the_broker():
    topic = make_topic(fresh("large"), **{"max.message.bytes": "10000"})
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", retries=0, max_request_size=5000000)
    try:
        producer.send(topic, b"x" * 50000).get(60)
        raise AssertionError("50,000 bytes were accepted by a topic that allows 10,000")
    except MessageSizeTooLargeError:
        pass
    assert producer.send(topic, b"x" * 500).get(60).offset == 0
    producer.close()


@scenario
def unknown_topics_are_created_on_first_use():
    topic = fresh("auto")
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", max_block_ms=60000)
    assert producer.send(topic, b"first").get(60).offset == 0
    assert read_all(topic, 1)[0].value == b"first"
    producer.close()


@scenario
def offsets_for_times_and_beginning_and_end_offsets():
    topic = make_topic(fresh("times"))
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    for i in range(10):
        producer.send(topic, b"%d" % i, timestamp_ms=hour_ago + i * 1000).get(60)
    producer.close()
    partition = TopicPartition(topic, 0)
    consumer = KafkaConsumer(bootstrap_servers=bootstrap)
    assert consumer.beginning_offsets([partition]) == {partition: 0}
    assert consumer.end_offsets([partition]) == {partition: 10}
    found = consumer.offsets_for_times({partition: hour_ago + 4500})[partition]
    assert (found.offset, found.timestamp) == (5, hour_ago + 5000), found
    assert consumer.offsets_for_times({partition: 1800000000000})[partition] is None
    consumer.assign([partition])
    consumer.seek(partition, 7)
    assert next(consumer).value == b"7"
    consumer.close()


@scenario
def out_of_range_offsets_are_an_error_without_a_reset_policy():
    topic = make_topic(fresh("range"))
    partition = TopicPartition(topic, 0)
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="none", enable_auto_commit=False, group_id=fresh("g"))
    consumer.assign([partition])
    consumer.seek(partition, 1000)
    try:
        end = time.time() + 60
        while time.time() < end:
            consumer.poll(500)
        raise AssertionError("an offset beyond the end was accepted")
    except OffsetOutOfRangeError:
        pass
    consumer.close()


@scenario
def a_group_resumes_from_its_committed_offset_with_metadata():
    topic, group = make_topic(fresh("resume")), fresh("g")
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    for i in range(20):
        producer.send(topic, b"%d" % i)
    producer.flush(60)
    producer.close()
    partition = TopicPartition(topic, 0)
    first = KafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False)
    taken = [next(first).value for _ in range(7)]
    first.commit({partition: OffsetAndMetadata(7, "seven read")})
    first.close()
    second = KafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False)
    taken += [next(second).value for _ in range(13)]
    assert taken == [b"%d" % i for i in range(20)], taken
    assert second.committed(partition, metadata=True) == OffsetAndMetadata(7, "seven read")
    second.close()
    client = admin()
    assert client.list_consumer_group_offsets(group)[partition] == OffsetAndMetadata(7, "seven read")
    client.close()


@scenario
def two_members_share_the_partitions_and_one_takes_over_when_the_other_leaves():
    topic, group = make_topic(fresh("share"), 4), fresh("g")
    stop, assigned = threading.Event(), {}

    def member(name, until):
        consumer = KafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, session_timeout_ms=6000, heartbeat_interval_ms=500)
        while not until.is_set():
            consumer.poll(200)
            assigned[name] = consumer.assignment()
        consumer.close()

    stop_b = threading.Event()
    threads = [threading.Thread(target=member, args=("a", stop)), threading.Thread(target=member, args=("b", stop_b))]
    for t in threads:
        t.start()

    def wait_for(check, what):
        end = time.time() + 60
        while time.time() < end:
            if check():
                return
            time.sleep(0.1)
        raise AssertionError("%s; assignments: %s" % (what, assigned))

    try:
        wait_for(lambda: len(assigned.get("a", ())) == 2 and len(assigned.get("b", ())) == 2 and not assigned["a"] & assigned["b"], "the members never shared 2 + 2")
        stop_b.set()
        wait_for(lambda: len(assigned["a"]) == 4, "the member that stayed never got all four")
    finally:
        stop.set()
        stop_b.set()
        for t in threads:
            t.join(60)


@scenario
def topics_are_created_described_extended_and_deleted():
    client, topic = admin(), fresh("admin")
    client.create_topics([NewTopic(topic, 3, 1, topic_configs={"retention.ms": "3600000"})])
    assert topic in client.list_topics()
    description = client.describe_topics([topic])[0]
    assert len(description["partitions"]) == 3 and all(p["leader"] == 0 and p["isr"] == [0] for p in description["partitions"])
    try:
        client.create_topics([NewTopic(topic, 1, 1)])
        raise AssertionError("an existing topic was created again")
    except TopicAlreadyExistsError:
        pass
    client.create_partitions({topic: NewPartitions(5)})
    assert len(client.describe_topics([topic])[0]["partitions"]) == 5
    client.delete_topics([topic])
    assert topic not in client.list_topics()
    try:
        client.delete_topics([topic])
        raise AssertionError("a topic that is gone was deleted again")
    except UnknownTopicOrPartitionError:
        pass
    client.close()


@scenario
def invalid_topic_names_are_refused():
    client = admin()
    for name in ("bad/name", "", "x" * 250, ".."):
        try:
            client.create_topics([NewTopic(name, 1, 1)])
            raise AssertionError("the topic name %r was accepted" % name)
        except InvalidTopicError:
            pass
    client.close()


@scenario
def topic_configs_are_described_and_altered():
    client, topic = admin(), make_topic(fresh("config"), 1, **{"retention.ms": "3600000"})

    def values():
        response = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])[0]
        return {entry[0]: entry[1] for entry in response.resources[0][4]}

    assert values()["retention.ms"] == "3600000"
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs={"retention.ms": "7200000", "max.message.bytes": "50000"})])
    after = values()
    assert after["retention.ms"] == "7200000" and after["max.message.bytes"] == "50000", after
    client.close()


@scenario
def groups_are_listed_described_and_deleted():
    topic, group = make_topic(fresh("groups"), 2), fresh("g")
    consumer = KafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    end = time.time() + 60
    while not consumer.assignment() and time.time() < end:
        consumer.poll(200)
    consumer.commit({TopicPartition(topic, 0): OffsetAndMetadata(0, "")})
    client = admin()
    assert (group, "consumer") in client.list_consumer_groups()
    description = client.describe_consumer_groups([group])[0]
    assert description.state == "Stable" and len(description.members) == 1 and description.protocol_type == "consumer", description
    busy = client.delete_consumer_groups([group])
    assert busy[0][1].__name__ == "NonEmptyGroupError", busy
    consumer.close()
    gone = client.delete_consumer_groups([group])
    assert gone[0][1].__name__ == "NoError", gone
    assert (group, "consumer") not in client.list_consumer_groups()
    client.close()


def main():
    global bootstrap
    if sys.argv[1] == "--list":
        print("\n".join(f.__name__ for f in scenarios))
        return 0
    bootstrap = sys.argv[1]
    failures = 0
    for function in scenarios:
        try:
            function()
            print("ok %s" % function.__name__, flush=True)
        except Exception as error:  # every failure is a line of the report
            failures += 1
            print("FAIL %s: %s: %s" % (function.__name__, type(error).__name__, str(error).replace("\n", " ")), flush=True)
    return 1 if failures else 0


sys.exit(main())
