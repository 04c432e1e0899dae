// Scenarios for an unmodified kafkajs 2.2.4 against a running LocalKafka.
//   node kafkajs_scenarios.mjs BOOTSTRAP   runs every scenario; prints "ok NAME" or "FAIL NAME: reason" for each
//   node kafkajs_scenarios.mjs --list      prints the names only
import { createRequire } from 'node:module'
import { randomUUID } from 'node:crypto'
import assert from 'node:assert/strict'

const require = createRequire(import.meta.url)
process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'
const { Kafka, CompressionTypes, CompressionCodecs, ConfigResourceTypes, logLevel } = require('kafkajs')
CompressionCodecs[CompressionTypes.Snappy] = require('kafkajs-snappy')

const bootstrap = process.argv[2]
const kafka = new Kafka({ clientId: 'scenarios', brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { retries: 8, initialRetryTime: 100 } })
const fresh = (name) => `${name}-${randomUUID().slice(0, 8)}`
// Recent, or retention would be right to delete what carries it.
const hourAgo = Date.now() - 3600000
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function withAdmin(work) {
  const admin = kafka.admin()
  await admin.connect()
  try { return await work(admin) } finally { await admin.disconnect() }
}

async function makeTopic(name, numPartitions = 1, configEntries = []) {
  await withAdmin((admin) => admin.createTopics({ topics: [{ topic: name, numPartitions, configEntries }] }))
  return name
}

async function withProducer(options, work) {
  const producer = kafka.producer(options)
  await producer.connect()
  try { return await work(producer) } finally { await producer.disconnect() }
}

// Runs a consumer until `done(messages)`; returns the messages.
async function consume(topic, options, done, { timeout = 60000, onEach } = {}) {
  const consumer = kafka.consumer({ groupId: fresh('g'), sessionTimeout: 10000, heartbeatInterval: 1000, maxWaitTimeInMs: 200, ...options })
  const seen = []
  await consumer.connect()
  try {
    await consumer.subscribe({ topics: [].concat(topic), fromBeginning: true })
    await consumer.run({ autoCommitInterval: 100, eachMessage: async (m) => { seen.push(m); if (onEach) await onEach(consumer, m) } })
    const end = Date.now() + timeout
    while (!done(seen)) {
      if (Date.now() > end) throw new Error(`timed out with ${seen.length} messages`)
      await sleep(20)
    }
  } finally { await consumer.disconnect() }
  return seen
}

const values = (seen) => seen.map((m) => m.message.value.toString())

async function produceAndConsume(compression) {
  const topic = await makeTopic(fresh('compress'), 3)
  const messages = Array.from({ length: 300 }, (_, i) => ({ key: `k${i}`, value: `value-${i} `.repeat(20), headers: { n: `${i}` }, timestamp: `${hourAgo + i}` }))
  await withProducer({}, (p) => p.send({ topic, acks: -1, compression, messages }))
  const seen = await consume(topic, {}, (s) => s.length >= 300)
  assert.deepEqual(new Set(values(seen)), new Set(messages.map((m) => m.value)))
  for (const { message } of seen) {
    const n = message.key.toString().slice(1)
    assert.equal(message.headers.n.toString(), n)
    assert.equal(message.timestamp, `${hourAgo + Number(n)}`)
  }
}

const scenarios = {
  async produce_and_consume_uncompressed() { await produceAndConsume(CompressionTypes.None) },
  async produce_and_consume_gzip() { await produceAndConsume(CompressionTypes.GZIP) },
  async produce_and_consume_snappy() { await produceAndConsume(CompressionTypes.Snappy) },

  async acks_0_1_and_all_reach_the_log() {
    const topic = await makeTopic(fresh('acks'))
    await withProducer({}, async (p) => {
      for (const acks of [0, 1, -1]) await p.send({ topic, acks, messages: [{ value: `acks ${acks}` }] })
    })
    const seen = await consume(topic, {}, (s) => s.length >= 3)
    assert.deepEqual(values(seen).sort(), ['acks -1', 'acks 0', 'acks 1'])
  },

  async an_idempotent_producer_keeps_order_and_writes_once() {
    const topic = await makeTopic(fresh('idempotent'))
    await withProducer({ idempotent: true, maxInFlightRequests: 1 }, async (p) => {
      for (let i = 0; i < 50; i++) await p.send({ topic, messages: [{ value: `${i}` }] })
    })
    assert.deepEqual(values(await consume(topic, {}, (s) => s.length >= 50)), Array.from({ length: 50 }, (_, i) => `${i}`))
  },

  async committed_transactions_are_seen_and_aborted_ones_are_not() {
    const topic = await makeTopic(fresh('transactions'))
    await withProducer({ transactionalId: fresh('tx'), maxInFlightRequests: 1, idempotent: true }, async (p) => {
      for (const [value, commit] of [['one', true], ['two', false], ['three', true]]) {
        const tx = await p.transaction()
        await tx.send({ topic, messages: [{ value }] })
        await (commit ? tx.commit() : tx.abort())
      }
    })
    assert.deepEqual(values(await consume(topic, { readUncommitted: false }, (s) => s.length >= 2)), ['one', 'three'])
    const all = await consume(topic, { readUncommitted: true }, (s) => s.length >= 3)
    assert.deepEqual(values(all), ['one', 'two', 'three'])
  },

  async offsets_sent_in_a_transaction_count_only_when_it_commits() {
    const [topic, groupId] = [await makeTopic(fresh('txoffsets')), fresh('g')]
    await withProducer({ transactionalId: fresh('tx'), maxInFlightRequests: 1, idempotent: true }, async (p) => {
      for (const [offset, commit] of [['5', false], ['3', true]]) {
        const tx = await p.transaction()
        await tx.send({ topic, messages: [{ value: offset }] })
        await tx.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: [{ partition: 0, offset }] }] })
        await (commit ? tx.commit() : tx.abort())
        const stored = await withAdmin((a) => a.fetchOffsets({ groupId, topics: [topic] }))
        assert.equal(stored[0].partitions[0].offset, commit ? '3' : '-1')
      }
    })
  },

  async a_second_producer_with_the_same_transactional_id_fences_the_first() {
    const [topic, transactionalId] = [await makeTopic(fresh('fence')), fresh('tx')]
    await withProducer({ transactionalId, maxInFlightRequests: 1, idempotent: true }, async (zombie) => {
      const open = await zombie.transaction()
      await open.send({ topic, messages: [{ value: 'zombie' }] })
      await withProducer({ transactionalId, maxInFlightRequests: 1, idempotent: true }, async (heir) => {
        const tx = await heir.transaction()
        await tx.send({ topic, messages: [{ value: 'heir' }] })
        await assert.rejects(async () => { await open.send({ topic, messages: [{ value: 'late' }] }); await open.commit() })
        await tx.commit()
      })
    })
    assert.deepEqual(values(await consume(topic, {}, (s) => s.length >= 1)), ['heir'])
  },

  async a_group_resumes_after_its_committed_offset() {
    const [topic, groupId] = [await makeTopic(fresh('resume')), fresh('g')]
    await withProducer({}, (p) => p.send({ topic, messages: [{ value: 'a' }, { value: 'b' }] }))
    assert.deepEqual(values(await consume(topic, { groupId }, (s) => s.length >= 2)), ['a', 'b'])
    await withProducer({}, (p) => p.send({ topic, messages: [{ value: 'c' }] }))
    assert.deepEqual(values(await consume(topic, { groupId }, (s) => s.length >= 1)), ['c'])
  },

  async subscribing_by_pattern_reads_every_matching_topic() {
    const stem = fresh('pattern')
    for (const end of ['x', 'y']) {
      await makeTopic(`${stem}-${end}`)
      await withProducer({}, (p) => p.send({ topic: `${stem}-${end}`, messages: [{ value: end }] }))
    }
    const seen = await consume(new RegExp(`^${stem}-.*`), {}, (s) => s.length >= 2)
    assert.deepEqual(values(seen).sort(), ['x', 'y'])
  },

  async pause_holds_a_partition_and_resume_lets_it_go_on() {
    const topic = await makeTopic(fresh('pause'))
    await withProducer({}, (p) => p.send({ topic, messages: [{ value: '1' }] }))
    let paused = false
    let early = 0
    await consume(topic, {}, (s) => s.length >= 2, {
      onEach: async (consumer) => {
        if (paused) return
        paused = true
        consumer.pause([{ topic }])
        await withProducer({}, (p) => p.send({ topic, messages: [{ value: '2' }] }))
        setTimeout(() => { early = consumer.paused().length; consumer.resume([{ topic }]) }, 1000)
      },
    })
    assert.equal(early, 1)
  },

  async seek_goes_back_to_an_offset() {
    const topic = await makeTopic(fresh('seek'))
    await withProducer({}, (p) => p.send({ topic, messages: ['a', 'b', 'c'].map((value) => ({ value })) }))
    let sought = false
    const seen = await consume(topic, {}, (s) => values(s).filter((v) => v === 'b').length >= 2, {
      onEach: async (consumer, m) => {
        if (m.message.value.toString() === 'c' && !sought) { sought = true; consumer.seek({ topic, partition: 0, offset: '1' }) }
      },
    })
    assert.equal(values(seen).slice(0, 4).join(''), 'abcb')
  },

  async two_members_share_the_partitions() {
    const [topic, groupId] = [await makeTopic(fresh('share'), 4), fresh('g')]
    const members = [0, 1].map(() => kafka.consumer({ groupId, sessionTimeout: 10000, heartbeatInterval: 500, maxWaitTimeInMs: 200 }))
    const held = [[], []]
    members.forEach((m, i) => m.on(m.events.GROUP_JOIN, (e) => { held[i] = e.payload.memberAssignment[topic] ?? [] }))
    try {
      for (const m of members) {
        await m.connect()
        await m.subscribe({ topics: [topic] })
        await m.run({ eachMessage: async () => {} })
      }
      const end = Date.now() + 60000
      while (!(held[0].length === 2 && held[1].length === 2)) {
        if (Date.now() > end) throw new Error(`never shared 2 + 2: ${JSON.stringify(held)}`)
        await sleep(50)
      }
      assert.equal(new Set(held.flat()).size, 4)
      const { groups } = await withAdmin((a) => a.describeGroups([groupId]))
      assert.equal(groups[0].state, 'Stable')
      assert.equal(groups[0].members.length, 2)
    } finally { await Promise.all(members.map((m) => m.disconnect())) }
  },

  async topics_are_created_described_extended_and_deleted() {
    const topic = fresh('admin')
    await withAdmin(async (admin) => {
      assert.equal(await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] }), true)
      assert.equal(await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] }), false)
      await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] })
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      assert.equal(topics[0].partitions.length, 4)
      assert.ok((await admin.listTopics()).includes(topic))
      await admin.deleteTopics({ topics: [topic] })
      assert.ok(!(await admin.listTopics()).includes(topic))
      const cluster = await admin.describeCluster()
      assert.equal(cluster.brokers.length, 1)
      assert.equal(`${cluster.brokers[0].host}:${cluster.brokers[0].port}`, bootstrap)
    })
  },

  async topic_offsets_by_time_and_deleted_records() {
    const topic = await makeTopic(fresh('offsets'))
    await withProducer({}, async (p) => {
      for (let i = 0; i < 5; i++) await p.send({ topic, messages: [{ value: `${i}`, timestamp: `${hourAgo + i * 1000}` }] })
    })
    await withAdmin(async (admin) => {
      const [at] = await admin.fetchTopicOffsetsByTimestamp(topic, hourAgo + 2500)
      assert.equal(at.offset, '3')
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] })
      const [after] = await admin.fetchTopicOffsets(topic)
      assert.deepEqual([after.low, after.high], ['2', '5'])
    })
    assert.deepEqual(values(await consume(topic, {}, (s) => s.length >= 3)), ['2', '3', '4'])
  },

  async group_offsets_are_reset_and_deleted() {
    const [topic, groupId] = [await makeTopic(fresh('reset')), fresh('g')]
    await withProducer({}, (p) => p.send({ topic, messages: [{ value: 'a' }, { value: 'b' }] }))
    await consume(topic, { groupId }, (s) => s.length >= 2)
    await withAdmin(async (admin) => {
      await admin.resetOffsets({ groupId, topic, earliest: true })
      assert.equal((await admin.fetchOffsets({ groupId, topics: [topic], resolveOffsets: true }))[0].partitions[0].offset, '0')
      await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '1' }] })
    })
    assert.deepEqual(values(await consume(topic, { groupId }, (s) => s.length >= 1)), ['b'])
    await withAdmin(async (admin) => {
      assert.ok((await admin.listGroups()).groups.some((g) => g.groupId === groupId))
      await admin.deleteGroups([groupId])
      assert.ok(!(await admin.listGroups()).groups.some((g) => g.groupId === groupId))
    })
  },

  async configs_are_described_and_altered_and_unknown_ones_refused() {
    const topic = await makeTopic(fresh('config'), 1, [{ name: 'retention.ms', value: '3600000' }])
    await withAdmin(async (admin) => {
      const read = async () => {
        const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }] })
        return Object.fromEntries(resources[0].configEntries.map((e) => [e.configName, e.configValue]))
      }
      assert.equal((await read())['retention.ms'], '3600000')
      await admin.alterConfigs({ resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name: 'retention.ms', value: '60000' }] }] })
      assert.equal((await read())['retention.ms'], '60000')
      await assert.rejects(admin.alterConfigs({ resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name: 'no.such.config', value: '1' }] }] }))
      await assert.rejects(admin.createTopics({ topics: [{ topic: fresh('bad'), configEntries: [{ name: 'retention.ms', value: 'soon' }] }] }))
    })
  },
}

if (bootstrap === '--list') {
  console.log(Object.keys(scenarios).join('\n'))
} else {
  let failures = 0
  for (const [name, run] of Object.entries(scenarios)) {
    try {
      await run()
      console.log(`ok ${name}`)
    } catch (error) {
      failures++
      console.log(`FAIL ${name}: ${String(error.message).replaceAll('\n', ' ')}`)
    }
  }
  process.exit(failures ? 1 : 0)
}
