"""A scenario with every kind of thing that the language has; the tests bend it."""

from __future__ import annotations

EVERYTHING = """\
ddbload: 1
name: everything
seed: 7
params: {rate: 300, customers: 2000}
tables:
  orders:
    name: shop-orders
    key: {pk: S, sk: S}
    indexes:
      by_status: {key: {partition: {region: S, status: S}, sort: {since: N, sk: S}}, project: [total]}
      by_total: {key: {pk: S, total: N}, kind: local, project: keys}
      by_mail:
        key: {mail: S}
        billing: {read: 60, write: 60}
    billing:
      read: 200
      write: 400
      autoscaling: {read: {min: 100, max: 900, target: 70%}, write: {min: 100, max: 900}}
    class: infrequent-access
    ttl: expires
    streams: new-and-old-images
    replicas: [eu-west-1, eu-central-1]
    recovery: true
  carts:
    name: shop-carts
    key: {cart: S}
    billing: {on_demand: {max_read: 4000, max_write: 1000}}
    replicas: {regions: [us-east-2, us-west-2], consistency: strong}
values:
  status: {choice: {open: 20, paid: 70, void: 10}}
  region: {choice: [eu, us]}
  since: {timestamp: {within: 90d}}
  total: {number: {min: 5, max: 900, decimals: 2}}
  quantity: {number: {min: 1, max: 9}}
  note: {text: {size: {lognormal: {median: 300, p99: 3000, max: 9000}}}}
  about: {words: {count: {uniform: {min: 3, max: 30}}}}
  title: {words: 4}
  photo: {binary: {size: {histogram: {"100": 5, "900": 1}}}}
  tag: {words: 1}
  tags: {set: {of: tag, count: {uniform: {min: 1, max: 4}}}}
  lines: {list: {of: quantity, count: 3}}
  basket: {python: {function: "shop:basket", max_bytes: 40, mean_bytes: 20, cardinality: 1000}}
  id: uuid
items:
  customer:
    table: orders
    of: {customer: $customers}
    shape: {pk: "customer#{customer}", sk: profile, about: "{about}", mail: "{id}", version: 1}
  order:
    table: orders
    of: {number: 20, customer: $customers}
    shape:
      pk: "customer#{customer}"
      sk: "order#{number}"
      region: "{region}"
      status: "{status}"
      since: "{since}"
      expires: "{since}"
      total: "{total}"
      note: "{note}"
      tags: "{tags}"
      lines: "{lines}"
      photo: "{photo}"
      nested: {title: "{title}", flag: true, list: [1, "{quantity}"]}
    sparse: {since: 20%, photo: 5%}
  cart:
    table: carts
    of: {customer: $customers}
    shape: {cart: "cart#{customer}", basket: "{basket}", total: "{total}"}
    load: false
operations:
  profile:
    get: customer
    pick: {zipf: 0.99}
    missing: 1%
    projection: version, about
    capture: {seen: item.version}
  recent:
    query: order
    pick: {customer: {hotspot: {items: 1%, share: 80%}}}
    key: "pk = {pk} AND begins_with(sk, 'order#')"
    filter: total > 100
    descending: true
    limit: 10
    pages: 2
    expect: {rows: 12}
    capture: {sk: any.sk, found: count}
  worklist:
    query: order
    index: by_status
    key: "region = {region} AND #status = 'open' AND since > {since}"
    limit: "{quantity}"
    select: count
  export: {scan: order, index: by_total, segments: 2, pages: all, projection: total}
  place:
    transact_write:
      - {put: order, pick: {number: next, customer: {gaussian: {mean: 40%, deviation: 5%}}}, condition: absent}
      - {update: customer, add: {orders: 1}, remove: [hold], condition: exists, on_failure: all_old}
      - {check: order, key: {sk: "order#{quantity}"}, condition: "#status <> 'void'"}
    token: true
  page: {transact_get: [{get: order, count: 2}, {get: customer, projection: about}]}
  many: {batch_get: [{get: order, count: 20, consistent: true}, {get: cart, pick: latest, projection: total}]}
  store: {batch_write: [{put: order, pick: next, count: 20}, {delete: cart, count: 5}]}
  pay:
    update: order
    set: {status: paid, total: "{total}", nested.flag: false, "nested.list": [1, {a: "{quantity}"}]}
    remove: [since]
    condition: "#status = 'open'"
    return_values: updated_new
    on_failure: all_old
    expect: {fails: 10%}
    capture: {now: attributes.status}
  rename:
    update: customer
    update_expression: "SET about = {about}, version = {seen} + 1"
    condition: "version = {seen}"
    key: {sk: profile}
  fill: {put: cart, pick: {latest: 1.2}, return_values: all_old}
  drop: {delete: cart, condition: exists, return_values: all_old, capture: {old: attributes.total}}
  lookup:
    execute: SELECT * FROM "shop-orders" WHERE pk = {pk} AND begins_with(sk, 'order#{number}')
    about: order
    limit: 5
    pages: 3
    capture: {first: first.sk}
  sweep: {execute_batch: [{statement: "DELETE FROM \\"shop-carts\\" WHERE cart = {cart}", about: cart, count: 3}]}
  settle:
    execute_transaction:
      - {statement: "UPDATE \\"shop-orders\\" SET total = {total} WHERE pk = {pk} AND sk = {sk}", about: order}
    token: true
  browse:
    session:
      - profile
      - {think: {lognormal: {median: 300ms, p99: 3s}}}
      - repeat: [recent, {think: {uniform: {min: 100ms, max: 1s}}}, {fresh: [number, note]}]
        times: {uniform: {min: 1, max: 5}}
        until: [not_found]
      - branch: {condition_failed: [end], not_found: [profile], else: [pay]}
      - {fresh: all}
      - profile
      - rename
      - {think: 10ms}
      - drop
      - end
load:
  streams:
    web:
      mix: {browse: 50, recent: 20, worklist: 5, place: 5, page: 5, many: 5, fill: 10}
      arrivals: poisson
      rate: $rate
    jobs:
      mix: {store: 5, sweep: 1, settle: 1, lookup: 5, export: 1}
      rate: 2
      phases: [{pause: 20s}, {hold: 3m}]
  phases:
    - {warm: 10s, at: 25%}
    - {ramp: 30s, to: 100%}
    - {wave: 2m, between: [40%, 120%], period: 1m}
    - {steps: 1m, from: 20%, to: 100%, count: 5}
    - {burst: 1m, at: 50%, to: 300%, every: 20s, lasting: 2s}
    - {pause: 5s}
    - {hold: 1m, measure: true}
client:
  max_in_flight: 800
  timeout: 2s
  retries: {attempts: 3}
  lambda: {concurrency: 200, cold: 1%, reuse: 5m}
limits: {requests: 900000, spend_usd: 5}
objectives:
  browse: {p99: 4s}
  all: {errors: 1%, unprocessed: 0.1%}
forecast:
  day: {trough: {low: 5%, likely: 15%, high: 30%}, peak: 100%, peak_at: "20:00", trough_at: "04:00", zone: Asia/Tokyo}
  week: {sat: 130%, sun: {low: 100%, likely: 120%, high: 180%}}
  events:
    - {name: sale, at: "27 20:00", to: {low: 150%, likely: 300%, high: 700%}, ramp: 10m, lasting: 2h}
    - {name: backup, at: "02:00", to: 60%, lasting: {low: 20m, likely: 40m, high: 1h}}
    - {name: deal, at: "fri 12:00", to: 150%, ramp: 1m, lasting: 1h}
  trend: -5%
  noise: 10%
  burstiness: {low: 1, likely: 3, high: 9}
  growth: {monthly: {low: -2%, likely: 6%, high: 12%}, months: 24}
  retain: {low: 30d, likely: 90d, high: 180d}
bill:
  free_tier: true
  backups: 7
  cold_backups: 12
  restores: 0.5
  exports: 4
  incremental_exports: true
  imported: true
  new_replicas: true
  stream_readers: 2
  change_data: kinesis
  internet: 5%
  other_region: 10%
  alarms: 4
  dax: {node: dax.r5.large, nodes: 3, ttl: 10m}
"""
