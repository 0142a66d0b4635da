"""Wrong scenarios of the whole language: one with everything in it, one change, and every line that is told about it."""

# ruff: noqa: E501 - a case and its message stand on one line, as a person reads them

from __future__ import annotations

from pathlib import Path

import pytest

from ddbload.errors import ScenarioError
from ddbload.scenario.load import parse_scenario
from tests.scenario.everything import EVERYTHING

# fmt: off
WRONG: list[tuple[str, str, str, list[str]]] = [
    ("a scenario needs a table", "tables:\n  orders:\n    name: shop-orders", "tabels:\n  orders:\n    name: shop-orders", ["5:1: unknown key 'tabels' in the scenario (did you mean 'tables'? it takes: ddbload, name, seed, params, table, tables, values, items, operations, load, client, limits, objectives, forecast, bill)"]),
    ("one table or several, not both", "tables:\n", "table: {name: shop, key: {pk: S}}\ntables:\n", ["6:1: the scenario has both `table` and `tables` (one table under `table`, or all of them under `tables`)"]),
    ("items say which table they are in", "    table: orders\n    of: {customer: $customers}\n", "    of: {customer: $customers}\n", ["45:3: the items 'customer' do not say which table they are in (table: orders or carts)"]),
    ("items name a table that is there", "    table: carts\n", "    table: cart\n", ["67:12: there is no table 'cart' (did you mean 'carts'? there are: orders, carts)"]),
    ("two tables have names of their own", "name: shop-carts", "name: shop-orders", ["25:11: the table 'shop-orders' stands twice in DynamoDB's own names (a name of its own; the first is tables.orders)", "102:65: a batch has one `consistent` for each table, and 'order' before it has true (the same for all items of the table)", "102:91: a batch has one `projection` for each table, and 'order' before it has none (the same for all items of the table)", "126:39: there is no table 'shop-carts' in the scenario (did you mean 'shop-orders'? there are: shop-orders)"]),
    ("an attribute is in one half of a key", "sort: {since: N, sk: S}}", "sort: {since: N, status: S}}", ["10:77: 'status' is in the partition key and in the sort key (in one of them)"]),
    ("an attribute has one type in all keys", "sort: {since: N, sk: S}}", "sort: {since: N, sk: N}}", ["10:81: the key attribute 'sk' is N here and S elsewhere in the table (an attribute has one type in all keys)"]),
    ("a wide key has at most four attributes in each half", "partition: {region: S, status: S}", "partition: {a: S, b: S, c: S, d: S, e: S}", ["10:36: tables.orders.indexes.by_status.key.partition takes at most 4 entries, found 5"]),
    ("a wide key has a partition", "{partition: {region: S, status: S}, sort: {since: N, sk: S}}", "{partition: {}, sort: {since: N}}", ["10:36: tables.orders.indexes.by_status.key.partition takes at least 1 entry, found 0"]),
    ("a key of an index has two attributes, or two halves", "{partition: {region: S, status: S}, sort: {since: N, sk: S}}", "{region: S, status: S, since: N}", ["10:24: tables.orders.indexes.by_status.key takes at most 2 entries, found 3"]),
    ("a local index is of one attribute each", "key: {pk: S, total: N}, kind: local", "key: {partition: {pk: S}, sort: {total: N}}, kind: local", ["11:18: a local index has one partition attribute and one sort attribute (key: {pk: S, ...})"]),
    ("a local index has no capacity of its own", "kind: local, project: keys", "kind: local, project: keys, billing: {read: 1, write: 1}", ["11:70: a local index uses the table's capacity (leave `billing` out, or kind: global)"]),
    ("an index is billed as its table is", "        billing: {read: 60, write: 60}", "        billing: on-demand", ["14:9: the table is provisioned, and so are its indexes ({read: 100, write: 50}, or leave `billing` out)"]),
    ("auto scaling has a range", "min: 100, max: 900, target: 70%", "min: 100, max: 90, target: 70%", ["18:43: max is 90, below min 100 (max: at least min)"]),
    ("auto scaling aims at 20 to 90 percent", "target: 70%", "target: 95%", ["18:56: a target of 95% (20% to 90%)"]),
    ("provisioned capacity begins within its range", "      write: 400", "      write: 4000", ["17:14: write capacity begins at 4000, outside of 100 to 900 (write: 900)"]),
    ("auto scaling is of something", "autoscaling: {read: {min: 100, max: 900, target: 70%}, write: {min: 100, max: 900}}", "autoscaling: {}", ["18:7: auto scaling of neither reads nor writes (read: {min: 10, max: 400}, write: {...})"]),
    ("a maximum throughput has a maximum", "{on_demand: {max_read: 4000, max_write: 1000}}", "{on_demand: {}}", ["27:15: a maximum throughput that names no maximum (max_read, max_write, or billing: on-demand)"]),
    ("a mistyped table class names the nearest", "class: infrequent-access", "class: infrequent", ["19:12: tables.orders.class cannot be 'infrequent' (did you mean 'infrequent-access'? it takes: standard, infrequent-access)"]),
    ("a mistyped kind of stream names the nearest", "streams: new-and-old-images", "streams: new-and-old", ["21:14: tables.orders.streams cannot be 'new-and-old' (did you mean 'new-and-old-images'? it takes: keys-only, new-image, old-image, new-and-old-images)"]),
    ("a region is spelled as AWS does", "replicas: [eu-west-1, eu-central-1]", "replicas: [eu-west, eu-central-1]", ["22:16: tables.orders.replicas[0]: 'eu-west' is not a valid name (a region is named like eu-west-1)"]),
    ("a region stands once", "replicas: [eu-west-1, eu-central-1]", "replicas: [eu-west-1, eu-west-1]", ["22:27: the region 'eu-west-1' stands twice (each region once)"]),
    ("strong consistency takes three regions", "regions: [us-east-2, us-west-2]", "regions: [us-east-2]", ["28:16: strong consistency takes exactly three regions: the table's own and two others, found 1 (two regions, or consistency: eventual)"]),
    ("strong consistency does not mix sets of regions", "regions: [us-east-2, us-west-2]", "regions: [us-east-2, eu-west-1]", ["28:25: us-east-2 and eu-west-1 do not offer strong consistency together (of one set: us-east-1, us-east-2, us-west-2; eu-west-1, eu-west-2, eu-west-3, eu-central-1; ap-northeast-1, ap-northeast-2, ap-northeast-3)"]),
    ("strong consistency has no time to live", "    replicas: {regions", "    ttl: total\n    replicas: {regions", ["28:5: a table with strong consistency across regions has no time to live (leave `ttl` out, or consistency: eventual)"]),
    ("strong consistency has no transactions", "      - {put: order, pick: {number: next,", "      - {put: cart}\n      - {put: order, pick: {number: next,", ["96:5: the table 'shop-carts' has strong consistency across regions, and so no transactions (consistency: eventual, or a batch)"]),
    ("time to live is a number", '      expires: "{since}"', '      expires: "{title}"', ["58:16: 'expires' is the time to live of `tables.orders`, a number of seconds, but this makes S (one name alone that is a number or a timestamp, such as '{expires}')"]),
    ("words are counted", "title: {words: 4}", "title: {words: four}", ["37:18: values.title.words must be a number of words, or {count: ...} with a distribution; found 'four'"]),
    ("a histogram has sizes", '{"100": 5, "900": 1}', '{small: 5, "900": 1}', ["38:39: 'small' is not a size (a whole number in quotes: \"100\")"]),
    ("a histogram's file is there", '{histogram: {"100": 5, "900": 1}}', "{histogram: sizes.csv}", ["38:38: 'sizes.csv' cannot be read: No such file or directory (a path relative to the scenario's file)"]),
    ("a set is of a value that is there", "set: {of: tag,", "set: {of: tags2,", ["40:20: there is no value 'tags2' (did you mean 'tag'? there are: status, region, since, total, quantity, note, about, title, photo, tag, lines, basket, id)"]),
    ("a list is not of a set", "list: {of: quantity,", "list: {of: tags,", ["41:22: a list cannot be of 'tags', which is a set (a value that is no list and no set)"]),
    ("a set has as many different members as it may have", "set: {of: tag, count: {uniform: {min: 1, max: 4}}}", "set: {of: quantity, count: 12}", ["40:30: a set of up to 12 needs as many different members; 'quantity' has 9 (at most 9)"]),
    ("a set is not empty", "set: {of: tag, count: {uniform: {min: 1, max: 4}}}", "set: {of: tag, count: {uniform: {min: 0, max: 4}}}", ["40:25: a set may not be empty, and this count may be 0 (at least 1)"]),
    ("a set is of texts, numbers or binaries", "set: {of: tag, count: {uniform: {min: 1, max: 4}}}", "set: {of: yes_no, count: 1}}\n  yes_no: {choice: [true, false]", ["40:20: a set has members of the type S, N or B, and 'yes_no' is BOOL (a list takes any type)"]),
    ("a column's file is there", "title: {words: 4}", "title: {csv: {file: cities.csv, column: city}}", ["37:11: 'cities.csv' cannot be read: No such file or directory (a path relative to the scenario's file)"]),
    ("a function is named with its module", '"shop:basket"', '"shop.basket"', ["42:31: values.basket.python.function: 'shop.basket' is not a valid name (a function is named by its module and its name: shop:basket)"]),
    ("the mean of a function's values is not above their maximum", "mean_bytes: 20", "mean_bytes: 50", ["42:73: mean_bytes is 50, above max_bytes 40 (at most max_bytes)"]),
    ("decimals are few", "decimals: 2", "decimals: 12", ["33:48: values.total.number.decimals must be at most 9, found 12"]),
    ("a number of decimals fits 63 bits", "{min: 5, max: 900, decimals: 2}", "{min: 5, max: 90000000000, decimals: 9}", ["33:33: the range 5 to 90000000000 is more than 63 bits wide (a smaller range, or fewer decimals)"]),
    ("what is sparse is in the shape", "sparse: {since: 20%,", "sparse: {sinse: 20%,", ["65:14: 'sinse' is no attribute of the shape of 'order' (did you mean 'since'? it has: pk, sk, region, status, since, expires, total, note, tags, lines, photo, nested)"]),
    ("a key is not sparse", "sparse: {since: 20%,", "sparse: {sk: 20%,", ["65:14: 'sk' is part of the table's key, which every item has (an attribute that is no key)"]),
    ("a list is no part of a text", 'lines: "{lines}"', 'lines: "items {lines}"', ["62:21: 'lines' is a list, which is no part of a text ('{lines}' alone)"]),
    ("a set is no key", 'status: "{status}"', 'status: "{tags}"', ["56:15: 'status' is a key attribute of the index 'by_status', of type S, but this makes SS (S takes any text)"]),
    ("next is for the first coordinate", "pick: {number: next, customer:", "pick: {customer: next, number:", ["97:39: 'customer' cannot be picked by next: only the first coordinate, 'number', grows (`of` with 'customer' first, or uniform, zipf, hotspot, gaussian)"]),
    ("next is for a put", "pick: {customer: {hotspot: {items: 1%, share: 80%}}}", "pick: {number: next}", ["80:20: only put can pick the next item, which is not there yet (uniform, sequential, latest, zipf, hotspot, gaussian)"]),
    ("latest is for the coordinate that grows", "pick: {customer: {hotspot: {items: 1%, share: 80%}}}", "pick: {customer: latest}", ["80:22: 'customer' cannot be picked by latest: only the first coordinate, 'number', grows (`of` with 'customer' first, or uniform, zipf, hotspot, gaussian)"]),
    ("a bell has a width", "{mean: 40%, deviation: 5%}", "{mean: 40%, deviation: 0%}", ["97:87: operations.place.transact_write[0].pick.customer.gaussian.deviation must be above 0, found '0%'"]),
    ("a hot set has a share of the calls", "{hotspot: {items: 1%, share: 80%}}", "{hotspot: {items: 1%}}", ["80:23: operations.recent.pick.customer.hotspot lacks the key 'share' (the share of the calls that goes to them)"]),
    ("an update changes something", '    update_expression: "SET about = {about}, version = {seen} + 1"\n', "", ['113:3: an update that changes nothing (update_expression: "SET total = {total}", or the short forms set, remove, add)']),
    ("an update is written in one way", "    key: {sk: profile}", "    add: {version: 1}", ["117:5: an update is written in one way, and this has both `update_expression` and `add` (the expression alone, or the short forms alone)"]),
    ("a short form has a path", "set: {status: paid,", "set: {'status..x': paid,", ["106:11: '.' does not fit here (an attribute)"]),
    ("a short form has a name that is there", 'total: "{total}", nested.flag', 'total: "{totl}", nested.flag', ["106:10: '{totl}' is no coordinate, value or attribute of 'order' (did you mean 'total'? there are: number, customer, pk, sk, status, region, since, total, quantity, note, about, title, photo, tag, tags, lines, basket, id, expires, nested)"]),
    ("short forms do not change a thing twice", "remove: [since]", "remove: [status]", ["107:14: 'status' is changed twice (each path of the item once, none within another)"]),
    ("a short form adds numbers", "add: {orders: 1}", "add: {orders: one}", ["98:42: `add` takes a number or a set (1, or a {name} that is a number or a set)"]),
    ("an update does not change the key", "set: {status: paid,", "set: {sk: paid,", ["106:10: 'sk' is part of the table's key, which no update can change (change another attribute)"]),
    ("key attributes are those of the table", "key: {sk: profile}", "key: {sort: profile}", ["117:11: 'sort' is no key attribute of the table (it has: pk, sk)"]),
    ("a key attribute has its type", "key: {sk: profile}", "key: {sk: 5}", ["117:15: the key attribute 'sk' is S, but this makes N (quote it: '5')"]),
    ("a wide index is queried by all of its partition", "region = {region} AND #status = 'open' AND since > {since}", "#status = 'open'", ["91:11: the partition key 'region' has no condition (region = … AND status = … [AND conditions on since, sk from the left: =, the last also < <= > >= BETWEEN begins_with])"]),
    ("a wide index is queried from the left of its sort key", "AND since > {since}", "AND sk = 'a'", ["91:54: 'sk' has a condition, but 'since' before it in the key has none (region = … AND status = … [AND conditions on since, sk from the left: =, the last also < <= > >= BETWEEN begins_with])"]),
    ("a range is at the end of a wide sort key", "AND since > {since}", "AND since > {since} AND sk = 'a'", ["91:54: 'since' is only compared with =, since 'sk' after it in the key has a condition (region = … AND status = … [AND conditions on since, sk from the left: =, the last also < <= > >= BETWEEN begins_with])"]),
    ("a scan of an index that is there", "index: by_total", "index: by_totals", ["94:32: there is no index 'by_totals' (did you mean 'by_total'? there are: by_status, by_total, by_mail)"]),
    ("count projects nothing", "select: count", "select: count\n    projection: total", ["94:5: select: count returns no attributes, so there is nothing to project (leave one of them out)"]),
    ("an index projects what it holds", "    select: count\n", "    projection: note\n", ["93:17: the index 'by_status' does not hold 'note' (it holds: region, status, since, sk, pk, total; project: [note] would add it)"]),
    ("an index filters by what it holds", "    select: count\n", "    filter: note = 'a'\n", ["93:13: the index 'by_status' does not hold 'note' (it holds: region, status, since, sk, pk, total; project: [note] would add it)"]),
    ("no consistent reads of a global index", "    select: count\n", "    consistent: true\n", ["93:17: 'by_status' is a global index, which has no consistent reads (leave `consistent` out, or read the table)"]),
    ("a projection is a list of paths", "projection: version, about", "projection: version about", ["76:25: 'about' does not fit here (a comma, the end; or #'version about' if an attribute is called so)"]),
    ("a limit is a number that is there", 'limit: "{quantity}"', 'limit: "{quantum}"', ["92:12: there is no value 'quantum' (did you mean 'quantity'? there are: total, quantity)"]),
    ("a limit is a whole number", 'limit: "{quantity}"', 'limit: "{total}"', ["92:12: a limit is a whole number, and 'total' is not ({number: {min: 1, max: 100}})"]),
    ("a limit in braces is a name", 'limit: "{quantity}"', "limit: quantity", ["92:12: operations.worklist.limit: 'quantity' is not a valid name (a value is named in braces: \"{length}\")"]),
    ("pages are counted, or all", "pages: 2", "pages: every", ["85:12: operations.recent.pages must be a number of pages, or all; found 'every'"]),
    ("segments are few", "segments: 2", "segments: 100001", ["94:52: operations.export.segments must be at most 10,000, found 100001"]),
    ("return values of a put are the old ones", "fill: {put: cart, pick: {latest: 1.2}, return_values: all_old}", "fill: {put: cart, return_values: all_new}", ["118:36: operations.fill.return_values cannot be 'all_new' (it takes: all_old)"]),
    ("a batch takes 100 keys", "get: order, count: 20, consistent", "get: order, count: 100, consistent", ["102:10: 101 items in one batch_get; DynamoDB takes 100 (a smaller `count`)"]),
    ("a batch takes 25 writes", "pick: next, count: 20}", "pick: next, count: 21}", ["103:11: 26 items in one batch_write; DynamoDB takes 25 (a smaller `count`)"]),
    ("a batch takes no conditions", "{put: order, pick: next, count: 20}", "{put: order, pick: next, count: 20, condition: absent}", ["103:61: a batch takes no conditions (transact_write takes them)"]),
    ("a batch has no updates", "{delete: cart, count: 5}]", "{update: cart, add: {n: 1}}]", ["103:62: operations.store.batch_write[1] must be a mapping with exactly one of: put, delete (a batch has no updates); found a mapping with 'update', 'add'"]),
    ("a batch says for each table whether it reads consistently", "{get: cart, pick: latest, projection: total}", "{get: customer}", ["102:65: a batch has one `consistent` for each table, and 'order' before it has true (the same for all items of the table)"]),
    ("a transaction takes 100 items", "transact_get: [{get: order, count: 2}", "transact_get: [{get: order, count: 100}", ["101:10: 101 items in one transact_get; DynamoDB takes 100 (a smaller `count`)"]),
    ("a transaction reads consistently by itself", "transact_get: [{get: order, count: 2}", "transact_get: [{get: order, consistent: true}", ["101:38: a transaction reads consistently by itself (leave `consistent` out)"]),
    ("a transaction has an item once", '- {check: order, key: {sk: "order#{quantity}"}, condition:', "- {check: customer, condition:", ["99:17: the check and the update are of the same 'customer': DynamoDB takes an item once (`count: 2` for two items, or a `key` of its own)"]),
    ("a check has a condition", ", condition: \"#status <> 'void'\"}", "}", ["99:9: operations.place.transact_write[2] lacks the key 'condition' (condition expression; `exists` and `absent` are short for the two most common ones)"]),
    ("an action in a transaction is one of four", "{check: order, key:", "{get: order, key:", ["99:9: operations.place.transact_write[2] must be a mapping with exactly one of: put, update, delete, check; found a mapping with 'get', 'key', 'condition'"]),
    ("several items do not share a key", "transact_get: [{get: order, count: 2}", "transact_get: [{get: order, count: 2, key: {sk: a}}", ["101:48: 2 items with `key`: several of them would have the same one (count: 1, or items whose own keys fit)"]),
    ("a statement is one of DynamoDB's", 'SELECT * FROM "shop-orders" WHERE', 'SELCT * FROM "shop-orders" WHERE', ["121:14: 'SELCT' begins no statement of DynamoDB (SELECT)"]),
    ("a statement names a table of the scenario", 'SELECT * FROM "shop-orders" WHERE', 'SELECT * FROM "shop-order" WHERE', ["121:14: there is no table 'shop-order' in the scenario (did you mean 'shop-orders'? there are: shop-orders, shop-carts)"]),
    ("a statement is about items of its table", "about: cart, count: 3", "about: order, count: 3", ["126:39: '{cart}' is no coordinate, value or attribute of 'order' (there are: number, customer, pk, sk, status, region, since, total, quantity, note, about, title, photo, tag, tags, lines, basket, id, expires, nested)"]),
    ("a statement names what is there", "'order#{number}'", "'order#{nmber}'", ["121:85: '{nmber}' is no coordinate, value or attribute of 'order' (did you mean 'number'? there are: number, customer, pk, sk, status, region, since, total, quantity, note, about, title, photo, tag, tags, lines, basket, id, expires, nested)"]),
    ("a statement's text is closed", "'order#{number}'", "'order#{number}", ["121:78: the text that starts here has no end (close it with a single quote; '' stands for a quote within)"]),
    ("a statement names an index that is there", 'FROM "shop-orders" WHERE', 'FROM "shop-orders"."by_stat" WHERE', ["121:14: there is no index 'by_stat' (did you mean 'by_status'? there are: by_status, by_total, by_mail)"]),
    ("a batch of statements reads or writes", "about: cart, count: 3}]", 'about: cart, count: 3}, {statement: "SELECT * FROM \\"shop-orders\\" WHERE pk = {pk} AND sk = {sk}", about: order}]', ["126:125: SELECT beside DELETE: one execute_batch does not mix reads and writes (statements that all read, or that all write)"]),
    ("a batch takes 25 statements", "about: cart, count: 3", "about: cart, count: 26", ["126:11: 26 statements in one execute_batch; DynamoDB takes 25 (a smaller `count`)"]),
    ("a write has no limit", "SELECT * FROM \"shop-orders\" WHERE pk = {pk} AND begins_with(sk, 'order#{number}')", 'DELETE FROM "shop-orders" WHERE pk = {pk} AND sk = {sk}', ["123:5: `limit` goes with a statement that reads, and this is DELETE (leave it out)", "124:5: `pages` goes with a statement that reads, and this is DELETE (leave it out)"]),
    ("a step is an operation that is there", "- repeat: [recent,", "- repeat: [recnt,", ["135:18: there is no operation 'recnt' (did you mean 'recent'? there are: profile, recent, worklist, export, place, page, many, store, pay, rename, fill, drop, lookup, sweep, settle, end)"]),
    ("a session is no step of another", "      - drop\n", "      - browse\n", ["143:9: 'browse' is a session, which is no step of another (its steps themselves)"]),
    ("nothing comes after the end", "      - drop\n      - end\n", "      - end\n      - drop\n", ["144:9: this step is never reached: the session has ended before (`end` is last)"]),
    ("a step is one of few things", "{think: 10ms}", "{pause: 10ms}", ["142:9: operations.browse.session[7] must be the name of an operation, end, or a mapping with exactly one of: think, fresh, repeat, branch; found a mapping with 'pause'"]),
    ("a pause has a unit", "{think: 10ms}", "{think: 10}", ["142:17: operations.browse.session[7].think: 10 is not a duration (write a number with its unit, like 300ms, 10s or 1m30s)"]),
    ("a pause's range is a range", "{min: 100ms, max: 1s}", "{min: 2s, max: 1s}", ["135:59: max is 1s, below min 2s (max: at least min)"]),
    ("a pause's p99 is above its median", "{median: 300ms, p99: 3s}", "{median: 300ms, p99: 200ms}", ["134:50: p99 is 200ms, not above the median 300ms (p99: above median)"]),
    ("a loop sends something", "repeat: [recent, {think: {uniform: {min: 100ms, max: 1s}}}, {fresh: [number, note]}]", "repeat: [{think: 1s}]", ["135:9: a loop that sends nothing (the name of an operation among its steps)"]),
    ("a loop's turns are a range", "times: {uniform: {min: 1, max: 5}}", "times: {uniform: {min: 6, max: 5}}", ["136:40: max is 5, below min 6 (max: at least min)"]),
    ("a loop is bounded", "        times: {uniform: {min: 1, max: 5}}\n", "", ["135:9: operations.browse.session[2] lacks the key 'times' (turns at most)"]),
    ("a loop ends by an outcome", "until: [not_found]", "until: [notfound]", ["137:17: operations.browse.session[2].until[0] cannot be 'notfound' (did you mean 'not_found'? it takes: ok, not_found, condition_failed, throttled, rejected, conflict, unprocessed)"]),
    ("a branch goes by an outcome", "{condition_failed: [end],", "{failed: [end],", ["138:18: operations.browse.session[3].branch cannot be 'failed' (it takes: ok, not_found, condition_failed, throttled, rejected, conflict, unprocessed, else)"]),
    ("a branch follows a request", "      - profile\n      - {think: {lognormal", "      - branch: {ok: [end]}\n      - profile\n      - {think: {lognormal", ["133:9: a branch before any request, which has no outcome to go by (an operation before it)"]),
    ("what is drawn anew is there", "fresh: [number, note]", "fresh: [numbr, note]", ["135:78: 'numbr' is no coordinate, no value and no items (did you mean 'number'? there are: customer, order, cart, number, status, region, since, total, quantity, note, about, title, photo, tag, tags, lines, basket, id, all)"]),
    ("an operation is not named end", "  fill: {put: cart,", "  end: {put: cart,", ["118:3: an operation cannot be named 'end', which ends a session", "148:78: there is no operation 'fill' (there are: profile, recent, worklist, export, place, page, many, store, pay, rename, end, drop, lookup, sweep, settle, browse)"]),
    ("a capture has a path", "seen: item.version", "seen: version", ["77:21: 'version' is no path of an answer (it begins with: first, last, any, item, attributes, count)"]),
    ("a capture's path fits what is answered", "seen: item.version", "seen: first.version", ["77:21: a get has no 'first' in its answer (it has item.A)"]),
    ("a capture's attribute is there", "seen: item.version", "seen: item.vrsion", ["77:21: no item of the table has the attribute 'vrsion' (did you mean 'version'? there are: pk, sk, about, mail, version, region, status, since, expires, total, note, tags, lines, photo, nested, orders)", "77:21: the projection leaves out 'vrsion', which is captured here (it has version, about)"]),
    ("a projection holds what is captured", "projection: version, about", "projection: about", ["77:21: the projection leaves out 'version', which is captured here (it has about)"]),
    ("what is counted has nothing in it", "found: count}", "found: count.sk}", ["87:34: 'count' is a number, and has nothing in it (count)"]),
    ("a capture names an attribute", "{sk: any.sk,", "{sk: any,", ["87:19: 'any' names no attribute (any.A, with the name of an attribute)"]),
    ("count leaves nothing else to capture", "    select: count\n", "    select: count\n    capture: {sk: first.sk}\n", ["94:19: a query has no 'first' in its answer (it has count)"]),
    ("an index holds what is captured", "    select: count\n", "    capture: {n: first.note}\n", ["93:18: the index 'by_status' does not hold 'note', which is captured here (it holds: region, status, since, sk, pk, total)"]),
    ("return values hold what is captured", "    on_failure: all_old\n    expect: {fails: 10%}\n    capture: {now: attributes.status}\n", "    capture: {now: attributes.note}\n", ["110:20: updated_new has what the update changes, and 'note' is not changed (return_values: all_new)"]),
    ("an answer without values has nothing to capture", "return_values: all_old, capture: {old: attributes.total}", "capture: {old: attributes.total}", ["119:58: a delete has no 'attributes' in its answer (attributes.A, with return_values or on_failure)"]),
    ("a capture is used in a session only", "      mix: {browse: 50,", "      mix: {browse: 50, rename: 1,", ["115:56: '{seen}' is captured by 'profile' in a session, and 'rename' is called outside of one (call 'rename' only as a later step of a session)", "116:27: '{seen}' is captured by 'profile' in a session, and 'rename' is called outside of one (call 'rename' only as a later step of a session)"]),
    ("a capture that is made after its use is no capture", "    session:\n      - profile\n", "    session:\n      - rename\n      - profile\n", ["133:9: 'rename' needs '{seen}', which no step before it captures ('profile' captures it, and must come first)"]),
    ("an environment is idle for a time", "reuse: 5m", "reuse: 5", ["167:47: client.lambda.reuse: 5 is not a duration (write a number with its unit, like 300ms, 10s or 1m30s)"]),
    ("an unknown key of lambda names the nearest", "{concurrency: 200,", "{concurency: 200,", ["167:3: client.lambda lacks the key 'concurrency' (execution environments at once, over all workers)", "167:12: unknown key 'concurency' in client.lambda (did you mean 'concurrency'? it takes: concurrency, cold, reuse)"]),
    ("a captured key attribute is of the key's type", "capture: {sk: any.sk, found: count}", "capture: {sk: any.total, found: count}", ["87:19: 'sk' stands for the key attribute in 'pay', which is S, but this captures N (a value of type S, or another name for it)"]),
    ("a number of items is no key of text", "capture: {sk: any.sk, found: count}", "capture: {sk: count}", ["87:19: 'sk' stands for the key attribute in 'pay', which is S, but this captures N (a value of type S, or another name for it)"]),
    ("a captured value in a key is of its type", "    key: {sk: profile}\n", '    key: {sk: "{seen}"}\n', ["117:15: the key attribute 'sk' is S, but 'seen' is captured as N (a value of type S)"]),
    ("a key attribute is not empty", "    key: {sk: profile}\n", "    key: {sk: ''}\n", ["117:15: the key attribute 'sk' may not be empty (a value of type S, or leave it out for the picked item's own)"]),
    ("an index's key is not set to nothing", "set: {status: paid,", "set: {status: '',", ["106:19: 'status' is a key attribute of an index, which may not be empty (a text of at least 1 byte, or REMOVE, which takes the item out of the index)"]),
    ("a text is not added to", "add: {orders: 1}", "add: {about: 1}", ["98:41: 'about' is S, and only numbers and sets can be added to (SET gives it another value)"]),
    ("a set is not added to a number", "add: {orders: 1}", 'add: {version: "{tags}"}', ["98:43: 'version' is N, and this adds SS (a value of type N)"]),
    ("a text is not added to in an expression", '"SET about = {about}, version = {seen} + 1"', '"SET about = {about} ADD mail 1"', ["115:49: 'mail' is S, and only numbers and sets can be added to (SET gives it another value)"]),
    ("an update of PartiQL is of one item", "WHERE pk = {pk} AND sk = {sk}", "WHERE pk = {pk}", ["129:21: UPDATE changes one item, and its WHERE does not compare the key attribute 'sk' by = (WHERE pk = {pk} AND sk = {sk})"]),
    ("an update of PartiQL has no range", "WHERE pk = {pk} AND sk = {sk}", "WHERE pk = {pk} AND sk > {sk}", ["129:21: UPDATE changes one item, and its WHERE does not compare the key attribute 'sk' by = (WHERE pk = {pk} AND sk = {sk})"]),
    ("a delete of PartiQL is of one item", " WHERE cart = {cart}", "", ["126:39: DELETE deletes one item, and its WHERE does not compare the key attribute 'cart' by = (WHERE cart = {cart})"]),
    ("a batch of PartiQL reads single items", 'DELETE FROM \\"shop-carts\\" WHERE cart', 'SELECT * FROM \\"shop-carts\\" WHERE total', ["126:39: in execute_batch a SELECT reads one item, and its WHERE does not compare the key attribute 'cart' by = (WHERE cart = {cart})"]),
    ("a key in PartiQL is compared with its type", "WHERE pk = {pk} AND sk = {sk}", "WHERE pk = {pk} AND sk = {number}", ["129:21: the key attribute 'sk' is S, compared with N ('{number}' in quotes for its text)"]),
    ("loops within loops multiply", "- repeat: [recent,", "- repeat: [{repeat: [recent], times: 4000},", ["132:5: a session of up to 20,005 requests, more than 10,000 (fewer `times`: those of loops within loops multiply)"]),
    ("a stream has a rate that one run can have", "rate: 2\n", "rate: 2000000\n", ["153:13: load.streams.jobs.rate must be at most 1,000,000, found 2000000"]),
]
# fmt: on


def _told(text: str, folder: Path | None = None) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(text, "s.yaml", folder=folder)
    return [str(problem).removeprefix("s.yaml:") for problem in refused.value.problems]


def test_the_scenario_with_everything_is_right() -> None:
    assert parse_scenario(EVERYTHING).scenario.name == "everything"


@pytest.mark.parametrize(("old", "new", "told"), [pytest.param(*case[1:], id=case[0]) for case in WRONG])
def test_a_wrong_scenario_is_told_with_its_place_and_what_fits(old: str, new: str, told: list[str]) -> None:
    assert old in EVERYTHING
    assert _told(EVERYTHING.replace(old, new, 1)) == told


def test_a_transaction_takes_4_mb() -> None:
    text = EVERYTHING.replace(
        "{lognormal: {median: 300, p99: 3000, max: 9000}}", "{uniform: {min: 200000, max: 380000}}"
    )
    assert _told(text.replace("[{get: order, count: 2}", "[{get: order, count: 20}")) == [
        "101:10: the items of one transaction have about 5.5 MB in all; DynamoDB takes 4 MB (fewer or smaller items)"
    ]


@pytest.mark.parametrize(
    ("value", "content", "told"),
    [
        (
            "{csv: {file: data.csv, column: town}}",
            "city,people\nBerlin,3\n",
            "37:11: 'data.csv', line 1: there is no column 'town' (the columns are: 'city', 'people')",
        ),
        (
            "{csv: {file: data.csv, column: people, type: N}}",
            "city,people\nBerlin,many\n",
            (
                "37:11: 'data.csv', line 2: column 'people': 'many' is not a number"
                " (digits with a point at most: 12.5; or the type S for texts)"
            ),
        ),
        (
            "{text: {size: {histogram: data.csv}}}",
            "size,count\n100,5\nlarge,1\n",
            "37:36: 'data.csv', line 3: 'large' is not a size (a whole number of bytes: 512)",
        ),
    ],
)
def test_a_wrong_data_file_is_told_at_the_place_that_names_it(
    tmp_path: Path, value: str, content: str, told: str
) -> None:
    (tmp_path / "data.csv").write_text(content)
    assert _told(EVERYTHING.replace("{words: 4}", value), tmp_path) == [told]


def test_a_data_file_is_looked_for_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "cities.csv").write_text("city\nBerlin\nRome\n")
    text = EVERYTHING.replace("{words: 4}", "{csv: {file: cities.csv, column: city}}")
    loaded = parse_scenario(text, folder=tmp_path)
    (tmp_path / "cities.csv").write_text("city\nBerlin\nParis\n")
    assert parse_scenario(text, folder=tmp_path).sha256 != loaded.sha256, "what is in it belongs to the scenario"
