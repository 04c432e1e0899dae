-- What is told about the market from outside of it: capitalisations, sentiment, news.

create table market_data (
    source             text        not null,
    coin               text        not null,
    updated_at         timestamptz not null,
    asset              text        not null,
    name               text        not null,
    price              numeric     not null check (price > 0),
    market_cap         numeric,
    rank               integer,
    volume_24h         numeric,
    high_24h           numeric,
    low_24h            numeric,
    change_percent_24h numeric,
    circulating_supply numeric,
    received_at        timestamptz not null default now(),
    primary key (source, coin, updated_at)
);

create index market_data_updated on market_data (updated_at);
comment on table  market_data            is 'markets of coins over many exchanges, from an aggregator; one row for each time that its values moved';
comment on column market_data.coin       is 'the aggregator''s id: bitcoin';
comment on column market_data.price      is 'US dollars, like all amounts here';
comment on column market_data.updated_at is 'when the aggregator computed the values';

create table sentiment (
    source         text        not null,
    day            date        not null,
    value          smallint    not null check (value between 0 and 100),
    classification text        not null,
    received_at    timestamptz not null default now(),
    primary key (source, day)
);

comment on table sentiment is 'the Fear & Greed index of each UTC day: 0 extreme fear, 100 extreme greed';

create table news (
    id           text        primary key,
    source       text        not null,
    publisher    text        not null,
    title        text        not null,
    summary      text,
    author       text,
    link         text        not null,
    published_at timestamptz not null,
    assets       text[]      not null,
    received_at  timestamptz not null default now()
);

create index news_published on news (published_at desc);
create index news_assets on news using gin (assets);
comment on table  news        is 'articles as plain text, each once whoever brought it';
comment on column news.id     is 'hash of the article''s address without query and fragment';
comment on column news.assets is 'the assets that title, summary or categories mention';
