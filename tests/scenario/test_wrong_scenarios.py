"""A table of wrong scenarios: the sample with one change, and every line that a person is told about it."""

# ruff: noqa: E501 - a case and its message stand on one line, as a person reads them

from __future__ import annotations

import re

import pytest

from ddbload.errors import ScenarioError
from ddbload.scenario.load import parse_scenario

WHOLE = ""
"""Stands for the whole sample where a case replaces all of it."""

# fmt: off
WRONG: list[tuple[str, str, str, list[str]]] = [
    ("an empty file says how a scenario begins", WHOLE, "", ["the file is empty (a scenario begins with 'ddbload: 1')"]),
    ("a file of comments is empty", WHOLE, "# nothing\n", ["the file is empty (a scenario begins with 'ddbload: 1')"]),
    ("a list is no scenario", WHOLE, "- ddbload\n", ["1:1: the scenario must be a mapping, found a list"]),
    ("a text is no scenario", WHOLE, "ddbload\n", ["1:1: the scenario must be a mapping, found 'ddbload'"]),
    ("a key that stands twice names the line of the first", "seed: 42", "seed: 42\nname: other", ["4:1: the key 'name' stands twice (first on line 2)"]),
    ("NO as a key wants quotes", "void: 10", "NO: 10", ["12:41: as a key, 'NO' is false to some readers of YAML and text to others (quote it: 'NO')"]),
    ("yes wants true or quotes", "limit: 20", "consistent: yes", ["30:17: 'yes' is true to some readers of YAML and text to others (write true, or quote it: 'yes')"]),
    ("off wants false or quotes", "limit: 20", "consistent: off", ["30:17: 'off' is false to some readers of YAML and text to others (write false, or quote it: 'off')"]),
    ("True is not spelled so", "limit: 20", "consistent: True", ["30:17: 'True' is not how true is spelled (write true, or quote it: 'True')"]),
    ("20:00 is not a number to base 60", "seed: 42", "seed: 20:00", ["3:7: '20:00' is a number to base 60 to some readers of YAML (quote it: '20:00'; a duration has a unit, like 20m)"]),
    ("a leading zero is not octal", "seed: 42", "seed: 010", ["3:7: '010' is an octal number to some readers of YAML (write the number without the leading 0, or quote it: '010')"]),
    ("0o is not read", "seed: 42", "seed: 0o10", ["3:7: '0o10' is an octal number to some readers of YAML (write the number without the leading 0, or quote it: '0o10')"]),
    ("hexadecimal is not read", "seed: 42", "seed: 0x1F", ["3:7: '0x1F' is not a decimal number (write it with decimal digits, or quote it: '0x1F')"]),
    ("a bare date is not read", "name: orders\nseed", "name: 2026-01-01\nseed", ["2:7: '2026-01-01' is a date to some readers of YAML (quote it: '2026-01-01'; a moment in time is in Unix seconds: 1767225600)"]),
    ("a constant number that DynamoDB does not have", 'note: "{note}"', "note: [1, {a: 1e-200}]", ["23:21: DynamoDB has no such number (38 digits, from 1E-130 to 9.99E+125)"]),
    ("a number to choose that DynamoDB does not have", "{open: 20, paid: 70, void: 10}", "[1, 1e126]", ["12:24: DynamoDB has no such number (38 digits, from 1E-130 to 9.99E+125)"]),
    ("infinity fits nowhere", "spend_usd: 5", "spend_usd: .inf", ["48:40: '.inf' is no number that fits anywhere here (write a finite number)"]),
    ("not a number fits nowhere", "spend_usd: 5", "spend_usd: .nan", ["48:40: '.nan' is no number that fits anywhere here (write a finite number)"]),
    ("underscores do not group digits", "number: 20}", "number: 1_000}", ["17:40: '1_000' is not a number here (write its digits alone: 1000; or quote it: '1_000')"]),
    ("a number has a digit before its point", "zipf: 0.99}, number", "zipf: .5}, number", ["25:52: '.5' is not how a number is spelled (no plus sign, no leading zero, and a digit on both sides of the point: 0.5; or quote it: '.5')"]),
    ("~ is not how null is spelled", "limit: 20", "limit: ~", ["30:12: '~' is not how null is spelled (write null, or quote it: '~')"]),
    ("a number may not overflow", "spend_usd: 5", "spend_usd: 1e999", ["48:40: '1e999' is too large for a number (write a smaller number)"]),
    ("an unquoted {name} wants quotes", '"{status}"', "{status}", ["21:15: {status} without quotes is a mapping, not a text (quote it: '{status}')"]),
    ("an unquoted {name} before a comment wants quotes", '"{status}"', "{status}#x", ["21:15: {status} without quotes is a mapping, not a text (quote it: '{status}')"]),
    ("an unquoted {name} in a flow mapping wants quotes", 'shape:\n      pk: "cust#{customer}"', "shape: {pk: cust#{customer}}\n    x:\n      pk: 1", ["18:22: a comma or the closing bracket is missing (quote a text that holds , [ ] { or })"]),
    ("a key without value is told from null", "seed: 42", "seed:", ["3:1: the key 'seed' has no value (write null for none, '' for an empty text)"]),
    ("a parameter without default is named once", "customers: 5000", "customers: ", ["4:21: the key 'customers' has no value (write null for none, '' for an empty text)"]),
    ("a tab does not indent", "  name: orders\n  key", "\tname: orders\n  key", ["6:1: a tab does not indent in YAML (use spaces)"]),
    ("a tab within an indented mapping is found", "limit: 20", "\tlimit: 20", ["30:5: a tab does not indent in YAML (use spaces)"]),
    ("anchors are not read", "seed: 42", "seed: &s 42", ["3:7: '&s' is an anchor, which is not read (write the value out, or use params)"]),
    ("aliases are not read", "seed: 42", "seed: *s", ["3:7: '*s' is an alias, which is not read (write the value out, or use params)"]),
    ("merge keys are not read", "seed: 42", "<<: {seed: 1}", ["3:1: '<<' merges mappings, which is not read (write the keys out, or use params)"]),
    ("tags are not read", "seed: 42", "seed: !!int 42", ["3:7: '!!int' is a tag, which is not read (leave it out; quotes make a text)"]),
    ("a file holds one scenario", "seed: 42", "seed: 42\n---\na: 1", ["4:1: a second document begins here (a file holds one scenario)"]),
    ("a text with a colon wants quotes", "name: orders\nseed", "name: a: b\nseed", ["2:8: a colon does not fit here (quote a text that holds ': '; check the indentation)"]),
    ("a quote that is not closed", '"{status}"', '"{status}', ["22:16: this does not fit here (check the indentation, and that every quote is closed)"]),
    ("a bracket that is not closed names its line", "forget: {delete: order}", "forget: {delete: order", ["39:5: a comma or the closing bracket is missing (it was opened on line 38)"]),
    ("an indentation that fits nothing", "  billing: on-demand", "   billing: on-demand", ["10:4: this does not fit here (check the indentation, and that every quote is closed)"]),
    ("a text cannot begin with @", "name: orders\nseed", "name: @orders\nseed", ["2:7: '@' cannot begin a text in YAML (quote the text)"]),
    ("a number as a key wants quotes", "void: 10", "10: 10", ["12:41: a key is text, found 10 (quote it: '10')"]),
    ("a control character is named by its number", "seed: 42", "seed: \x01", ["3:1: the character U+0001 is not allowed in YAML (remove it)"]),
    ("an unknown parameter names the nearest", "rate: $rate", "rate: $rat", ["42:9: there is no parameter 'rat' (did you mean 'rate'? there are: rate, customers; $$rat is the text itself)"]),
    ("a parameter within a text is not filled in", "name: orders\n  key", "name: orders-$rate\n  key", ["6:9: '$rate' is a parameter, but stands within a longer text (make the whole text a parameter; $$rate stands for the characters $rate)"]),
    ("what looks like a parameter within a text is not passed over", "name: orders\n  key", "name: orders-$stage\n  key", ["6:9: '$stage' is like a parameter, but stands within a longer text (make the whole text a parameter; $$stage stands for the characters $stage)"]),
    ("a parameter has a constant as its default", "customers: 5000", "customers: 5000, none: null", ["4:44: params.none must be a constant: text, a number, true or false; found null"]),
    ("an unknown key names the nearest, and all there are", "condition: |", "conditon: |", ["35:5: unknown key 'conditon' in operations.pay (did you mean 'condition'? it takes: update, key, condition, return_values, on_failure, expect, capture, pick, missing, update_expression, set, remove, add)"]),
    ("an unknown section names the nearest", "objectives:", "objective:", ["49:1: unknown key 'objective' in the scenario (did you mean 'objectives'? it takes: ddbload, name, seed, params, table, tables, values, items, operations, load, client, limits, objectives, forecast, bill)"]),
    ("an unknown key of the load names the nearest", "arrivals: poisson", "arival: poisson", ["41:3: unknown key 'arival' in load (did you mean 'arrivals'? it takes: mix, arrivals, rate, phases, streams, replay)"]),
    ("a missing name is asked for", "name: orders\nseed", "seed", ["1:1: the scenario lacks the key 'name' (the scenario's name; results are kept under it)"]),
    ("a missing key says what it is for", '    update_expression: "SET #status = \'paid\' REMOVE hold"\n', "", ['32:3: an update that changes nothing (update_expression: "SET total = {total}", or the short forms set, remove, add)']),
    ("there is one version of the language", "ddbload: 1", "ddbload: 2", ["1:10: ddbload cannot be 2 (it takes: 1)"]),
    ("a quoted number is text", "seed: 42", "seed: '42'", ["3:7: seed must be a whole number, found '42' (without quotes: 42)"]),
    ("a number is not text", "name: orders\nseed", "name: 42\nseed", ["2:7: name must be text, found 42 (quote it: '42')"]),
    ("20.0 is not a whole number", "limit: 20", "limit: 20.0", ["30:12: operations.recent.limit must be a whole number, found 20.0 (write 20)"]),
    ("2.5 is not a whole number", "limit: 20", "limit: 2.5", ["30:12: operations.recent.limit must be a whole number, found 2.5"]),
    ("a limit of zero is too low", "limit: 20", "limit: 0", ["30:12: operations.recent.limit must be at least 1, found 0"]),
    ("a duration has a unit", "timeout: 1s", "timeout: 1", ["47:40: client.timeout: 1 is not a duration (write a number with its unit, like 300ms, 10s or 1m30s)"]),
    ("a duration has one of the known units", "timeout: 1s", "timeout: 1 sec", ["47:40: client.timeout: '1 sec' is not a duration (write a number with its unit, like 300ms, 10s or 1m30s)"]),
    ("a timeout cannot be zero", "timeout: 1s", "timeout: 0s", ["47:40: client.timeout: '0s' is no time at all (write a duration above zero, like 10s)"]),
    ("a percentage has its sign", "missing: 2%", "missing: 0.02", ["25:86: operations.read_order.missing: 0.02 is not a percentage (write a number with its sign, like 2% or 0.1%)"]),
    ("a share is at most the whole", "missing: 2%", "missing: 120%", ["25:86: operations.read_order.missing: '120%' is more than the whole (write at most 100%)"]),
    ("an operation is one that DynamoDB has", "{delete: order}", "{remove: order}", ["38:11: operations.forget must be a mapping with exactly one of: get, put, update, delete, query, scan, batch_get, batch_write, transact_get, transact_write, execute, execute_batch, execute_transaction, session; found a mapping with 'remove'"]),
    ("an operation does one thing", "{delete: order}", "{delete: order, get: order}", ["38:11: operations.forget must be a mapping with exactly one of: get, put, update, delete, query, scan, batch_get, batch_write, transact_get, transact_write, execute, execute_batch, execute_transaction, session; found a mapping with 'delete', 'get'"]),
    ("an operation is a mapping", "{delete: order}", "order", ["38:11: operations.forget must be a mapping with exactly one of: get, put, update, delete, query, scan, batch_get, batch_write, transact_get, transact_write, execute, execute_batch, execute_transaction, session; found 'order'"]),
    ("a mistyped kind names the nearest", "forget: {delete: order}", "forget: {delte: order}", ["38:11: operations.forget must be a mapping with exactly one of: get, put, update, delete, query, scan, batch_get, batch_write, transact_get, transact_write, execute, execute_batch, execute_transaction, session; found a mapping with 'delte' (did you mean 'delete'?)"]),
    ("a mistyped phase names the nearest", "{hold: 10m}", "{hld: 10m}", ["46:7: load.phases[2] must be a mapping with exactly one of: warm, ramp, hold, wave, steps, burst, pause; found a mapping with 'hld' (did you mean 'hold'?)"]),
    ("a phase is a mapping", "{hold: 10m}", "10m", ["46:7: load.phases[2] must be a mapping with exactly one of: warm, ramp, hold, wave, steps, burst, pause; found '10m'"]),
    ("an index key of another type", "key: {pk: S, sk: S}", "key: {pk: string, sk: S}", ["7:13: table.key.pk cannot be 'string' (it takes: S, N, B)"]),
    ("a key has two attributes at most", "key: {pk: S, sk: S}", "key: {pk: S, sk: S, tk: S}", ["7:8: table.key takes at most 2 entries, found 3"]),
    ("a key has one attribute at least", "key: {pk: S, sk: S}", "key: {}", ["7:8: table.key takes at least 1 entry, found 0"]),
    ("a mistyped billing mode names the nearest", "billing: on-demand", "billing: ondemand", ["10:12: table.billing must be on-demand, {on_demand: {max_read: 4000, max_write: 1000}}, or provisioned capacity: {read: 100, write: 50}; found 'ondemand' (did you mean 'on-demand'?)"]),
    ("provisioned capacity has both units", "billing: on-demand", "billing: {read: 5}", ["10:3: table.billing lacks the key 'write' (write capacity units: 1 KB a second each)"]),
    ("a mistyped kind of arrivals names the nearest", "arrivals: poisson", "arrivals: poison", ["41:13: load.arrivals must be constant, poisson, or {closed: {concurrency: 32}}; found 'poison' (did you mean 'poisson'?)"]),
    ("a mistyped closed loop names the nearest", "arrivals: poisson", "arrivals: {closd: {concurrency: 3}}", ["41:13: load.arrivals must be constant, poisson, or {closed: {concurrency: 32}}; found a mapping with 'closd' (did you mean 'closed'?)"]),
    ("a mistyped kind of value names the nearest", "note: {text:", "note: {txt:", ["14:9: values.note must be uuid, or a mapping with exactly one of: choice, number, text, words, binary, timestamp, list, set, csv, python; found a mapping with 'txt' (did you mean 'text'?)"]),
    ("a mistyped word for a value names the nearest", "placed: {timestamp: {within: 90d}}", "placed: uid", ["13:11: values.placed must be uuid, or a mapping with exactly one of: choice, number, text, words, binary, timestamp, list, set, csv, python; found 'uid' (did you mean 'uuid'?)"]),
    ("a size has no unit", "size: {lognormal: {median: 700, p99: 6000, max: 32000}}", "size: 4KB", ["14:23: values.note.text.size must be a whole number, or a mapping with exactly one of: uniform, lognormal, histogram; found '4KB'"]),
    ("a weight is a number", "{open: 20, paid: 70, void: 10}", "{open: a}", ["12:27: values.status.choice.open must be a number, found 'a'"]),
    ("null cannot be chosen", "{open: 20, paid: 70, void: 10}", "[a, null]", ["12:24: values.status.choice[1] must be a constant: text, a number, true or false; found null"]),
    ("a choice has one constant at least", "{open: 20, paid: 70, void: 10}", "[]", ["12:20: values.status.choice takes at least 1 entry, found 0"]),
    ("a mistyped chooser names the nearest", "pick: {customer: {zipf: 0.99}}\n", "pick: zipfian\n", ["28:11: operations.recent.pick must be uniform, sequential, next, latest, a mapping with zipf, hotspot, latest or gaussian, or one chooser for each coordinate; found 'zipfian' (did you mean 'zipf'?)"]),
    ("zipf's exponent has a bound", "pick: {customer: {zipf: 0.99}}\n", "pick: {customer: {zipf: 9}}\n", ["28:29: operations.recent.pick.customer.zipf must be below 5, found 9"]),
    ("a name has no dash", "  recent:\n", "  re-cent:\n", ["26:3: operations: 're-cent' is not a valid name (a name has letters, digits and underscores, begins with no digit, and has at most 64 of them)"]),
    ("a scenario's name has no blank", "name: orders\nseed", "name: orders today\nseed", ["2:7: name: 'orders today' is not a valid name (a scenario's name has up to 64 of a-z, A-Z, 0-9, '_', '-', '.', a letter or digit first)"]),
    ("a quoted true is text", "limit: 20", "consistent: 'true'", ["30:17: operations.recent.consistent must be true or false, found 'true' (write true, without quotes)"]),
    ("a table is a mapping; and what it leaves behind is unknown", "table:\n  name: orders\n", "table: orders\nx:\n  name: orders\n", ["5:8: table must be a mapping, found 'orders'", "6:1: unknown key 'x' in the scenario (it takes: ddbload, name, seed, params, table, tables, values, items, operations, load, client, limits, objectives, forecast, bill)"]),
    ("phases are a list", "  phases:\n    - {warm: 60s, at: 25%}\n    - {ramp: 2m, to: 100%}\n    - {hold: 10m}", "  phases: {hold: 10m}", ["43:11: load.phases must be a list, found a mapping with 'hold'"]),
    ("retries are 0 or a mapping", "retries: 0", "retries: 3", ["47:53: client.retries must be 0, or a mapping such as {attempts: 4}; found 3"]),
    ("a weight is not negative", "forget: 1}", "forget: -1}", ["40:64: load.mix.forget must be at least 0, found -1"]),
    ("items that are not there", "get: order", "get: ordr", ["25:21: there are no items 'ordr' (did you mean 'order'? there are: order)"]),
    ("a name in a shape that is not there, at its place in the text", '"cust#{customer}"', '"cust#{custmer}"', ["19:17: '{custmer}' is no coordinate of these items and no value (did you mean 'customer'? there are: customer, number, status, placed, note)"]),
    ("a lone brace, at its place in the text", '"cust#{customer}"', '"cust#{customer"', ["19:17: a lone '{' in a text ({name} for a value, {{ and }} for the braces themselves)"]),
    ("a shape without the sort key", '      sk: "order#{number}"\n', "", ["18:5: the shape of 'order' lacks the table's key attribute 'sk' (it has: pk, status, placed, note)"]),
    ("a key without one of the coordinates", '"order#{number}"', '"order"', ["18:5: items that differ only in 'number' have the same key (put {number} into 'pk' and 'sk')"]),
    ("coordinates that run together in a key", '"cust#{customer}"', '"c{customer}{number}"', ["19:11: '{customer}' and '{number}' run together: 1 and 23 make the same key as 12 and 3 (put a character between them that is no digit: {customer}#{number})"]),
    ("a drawn value in a key", '"order#{number}"', '"order#{number}{note}"', ["20:11: the key attribute 'sk' holds the value 'note', which is drawn (a key is made of coordinates: customer, number)"]),
    ("an index key of another type", 'placed: "{placed}"', 'placed: "at {placed}"', ["22:15: 'placed' is a key attribute of the index 'by_status', of type N, but this makes S (N takes one name alone, '{number}', or a number without quotes)"]),
    ("an index key that is a bare number", 'status: "{status}"', "status: 5", ["21:15: 'status' is a key attribute of the index 'by_status', of type S, but this makes N (quote it: '5')"]),
    ("an attribute with two types in two keys", "status: S, placed: N", "pk: N", ["9:27: the key attribute 'pk' is N here and S elsewhere in the table (an attribute has one type in all keys)"]),
    ("a mix with an operation that is not there", "pay: 2", "pya: 2", ["40:48: there is no operation 'pya' (did you mean 'pay'? there are: read_order, recent, place, pay, forget)"]),
    ("a mix of zeros", "{read_order: 70, recent: 17, place: 10, pay: 2, forget: 1}", "{read_order: 0}", ["40:3: every weight is 0, so that nothing is called (at least one above 0)"]),
    ("an open loop without a rate", "  rate: $rate\n", "", ["39:1: load lacks the key 'rate' (arrivals a second at 100 %; or arrivals: {closed: ...})"]),
    ("a closed loop with a rate", "arrivals: poisson", "arrivals: {closed: {concurrency: 32}}", ["42:3: a closed loop has no rate: it follows from the answers (leave `rate` out, or use arrivals: poisson or constant)"]),
    ("a mistyped function of DynamoDB, at its place in the text", "attribute_not_exists(pk)", "attribute_not_exist(pk)", ["31:47: 'attribute_not_exist' is not a function of DynamoDB (attribute_not_exists(…))"]),
    ("two equals signs, at their place in the text", "attribute_not_exists(pk)", "pk == 'a'", ["31:50: '==' is not an operator of DynamoDB (equality is a single =)"]),
    ("a value's alias in a block of text, at its line and column", "OR attribute_not_exists(note)", "OR note = :x", ["37:17: ':x' is a value's alias, which ddbload makes by itself (write the value in its place: 'text', 42, true, null or {name})"]),
    ("an update that ends too early", "REMOVE hold", "REMOVE", ["34:52: the expression ends too early (an attribute)"]),
    ("an update of a key", "REMOVE hold", "REMOVE sk", ["34:53: 'sk' is part of the table's key, which no update can change (change another attribute)"]),
    ("an update that gives an index key another type", "REMOVE hold", ", placed = 'now'", ["34:48: 'placed' is a key attribute of an index, of type N, but this sets S (a value of type N)"]),
    ("a partition key that is not compared with =", "pk = {pk} AND", "pk > {pk} AND", ["29:11: the partition key 'pk' is only compared with = (pk = … [AND one condition on sk: = < <= > >= BETWEEN begins_with])"]),
    ("a key condition on what is no key", "pk = {pk} AND begins_with(sk, 'order#')", "status = 'open'", ["29:11: 'status' is not a key attribute here (pk = … [AND one condition on sk: = < <= > >= BETWEEN begins_with]; a filter takes the rest)"]),
    ("a key condition with a number for a text", "pk = {pk} AND begins_with(sk, 'order#')", "pk = {customer}", ["29:11: the key attribute 'pk' is S, compared with N ({pk} is the picked item's own, or '{customer}' in quotes for its text)"]),
    ("a key condition with a value for a number", '    key: "pk = {pk} AND begins_with(sk, \'order#\')"\n', '    key: "#status = {status} AND placed = {note}"\n    index: by_status\n', ["29:34: the key attribute 'placed' is N, compared with S ({placed} stands for the value of that name, drawn for each call)"]),
    ("a name in a condition that is not there, at its place", "pk = {pk}", "pk = {kp}", ["29:16: '{kp}' is no coordinate, value or attribute of 'order' (there are: customer, number, pk, sk, status, placed, note)"]),
    ("an index that is not there", "limit: 20", "index: by_stat", ["30:12: there is no index 'by_stat' (did you mean 'by_status'? there are: by_status)"]),
    ("a consistent read of a global index", '    key: "pk = {pk} AND begins_with(sk, \'order#\')"\n', '    key: "#status = \'open\'"\n    index: by_status\n    consistent: true\n', ["31:17: 'by_status' is a global index, which has no consistent reads (leave `consistent` out, or read the table)"]),
    ("begins_with on a number", '    key: "pk = {pk} AND begins_with(sk, \'order#\')"\n', '    key: "#status = \'open\' AND begins_with(placed, \'1\')"\n    index: by_status\n', ["29:32: begins_with does not fit the number 'placed' (= < <= > >= BETWEEN)"]),
    ("a filter on the key", "limit: 20", "filter: sk = 'a'", ["30:13: a filter cannot name the key attribute 'sk' (put it into `key`)"]),
    ("a coordinate that is not there", "{customer: {zipf: 0.99}}\n", "{custmer: {zipf: 0.99}}\n", ["28:12: 'custmer' is no coordinate of 'order' (did you mean 'customer'? it has: customer, number)"]),
    ("a delete of an item that is not there yet", "forget: {delete: order}", "forget: {delete: order, pick: next}", ["38:33: only put can pick the next item, which is not there yet (uniform, sequential, latest, zipf, hotspot, gaussian)"]),
    ("the latest of rows that hold one item each", "place: {put: order, pick: next,", "newest: {get: order, pick: {customer: latest}}\n  place: {put: order, pick: {customer: next},", ["31:30: 'place' puts one 'order' into each new 'customer', so that the latest by number are mostly not there (a query with `descending: true` and `limit: 1`; or pick: next in 'place', for whole rows of items)"]),
    ("a put of an item that is missing", "pick: next,", "missing: 5%,", ["31:23: a put does not miss its item (pick: next puts new items)"]),
    ("a name that is a coordinate and a value", "number: 20}", "number: 20, note: 3}", ["17:44: 'note' is both a coordinate and a value (rename one of them)"]),
    ("an objective for an operation that is not there", "  read_order: {p99", "  read_orders: {p99", ["50:3: there is no operation 'read_orders' (did you mean 'read_order'? there are: read_order, recent, place, pay, forget, all)"]),
    ("an objective that asks for nothing", "all: {throttled: 0.1%}", "all: {}", ["51:3: the objective for 'all' asks for nothing (a percentile such as p99: 10ms, or a share such as errors: 0.1%)"]),
    ("a load that is never measured", "    - {ramp: 2m, to: 100%}\n    - {hold: 10m}\n", "", ["43:3: no phase is measured (add a phase such as {hold: 1m})"]),
    ("measured phases at 0 %", "    - {ramp: 2m, to: 100%}\n    - {hold: 10m}\n", "    - {hold: 1m, at: 0%}\n", ["43:3: the measured phases have no load (a level above 0%)"]),
    ("a rate that no run has", "rate: $rate", "rate: 1e7", ["42:9: load.rate must be at most 1,000,000, found 10000000.0"]),
    ("a run of more arrivals than can be counted on", "hold: 10m", "hold: 9000h", ["43:3: the load has 25,920,072,000 arrivals in all, more than 10,000,000,000 (a lower rate or shorter phases)"]),
    ("less than one arrival", "rate: $rate", "rate: 0.0001", ["43:3: the measured phases have 0.068 arrivals, less than one (a higher rate or longer phases)"]),
    ("a p99 below the median", "p99: 6000", "p99: 600", ["14:54: p99 is 600, not above the median 700 (p99: above median)"]),
    ("a maximum below the p99", "max: 32000", "max: 3200", ["14:65: max is 3200, below p99 6000 (max: at least p99)"]),
    ("a maximum below the minimum", "{lognormal: {median: 700, p99: 6000, max: 32000}}", "{uniform: {min: 5, max: 4}}", ["14:47: max is 4, below min 5 (max: at least min)"]),
    ("items that may be too large for DynamoDB", "max: 32000", "max: 500000", ["23:13: an item of 'order' may have 500,047 bytes; DynamoDB takes 409,600 (400 KB) ('note' has up to 500,000 of them)"]),
    ("keys that may be too long for DynamoDB", 'status: "{status}"', 'status: "{note}"', ["21:15: the key attribute 'status' may have 32,000 bytes; DynamoDB takes 2,048"]),
    ("a local index with a partition key of its own", "project: keys", "kind: local", ["9:17: a local index has the table's partition key 'pk' and a sort key of its own (key: {pk: S, ...}, or kind: global)"]),
    ("an operation named like all of them", "forget: {delete: order}", "all: {delete: order}", ["38:3: an operation cannot be named 'all', which stands for all of them", "40:56: there is no operation 'forget' (there are: read_order, recent, place, pay, all)"]),
    ("a choice of two types", "{open: 20, paid: 70, void: 10}", "[open, 5]", ["12:12: the constants of a choice must be of one type (quote numbers to make them text)"]),
    ("a moment in time is in Unix seconds", "within: 90d", "within: 90d, until: '2026-01-01'", ["13:44: values.placed.timestamp.until must be a whole number, found '2026-01-01' (in Unix seconds: 1767225600)"]),
    ("a span of time before 1970", "within: 90d", "within: 90d, until: 5", ["13:12: the span begins before 1970 (a later `until`, or a shorter `within`)"]),
    ("two kinds of items with the same keys", "operations:\n", '  other:\n    of: {a: 5, b: 6}\n    shape: {pk: "cust#{a}", sk: "order#{b}"}\noperations:\n', ["26:5: 'cust#{customer}', 'order#{number}' of 'order' and 'cust#{a}', 'order#{b}' of 'other' can be the same key, such as cust#0, order#0 (begin the keys with different texts)"]),
    ("two kinds of items with some keys in common", "operations:\n", '  other:\n    of: {a: 5}\n    shape: {pk: "cust#1{a}", sk: order#1}\noperations:\n', ["26:5: 'cust#{customer}', 'order#{number}' of 'order' and 'cust#1{a}', 'order#1' of 'other' can be the same key, such as cust#10, order#1 (begin the keys with different texts)"]),
]
# fmt: on


@pytest.mark.parametrize(("old", "new", "told"), [pytest.param(*case[1:], id=case[0]) for case in WRONG])
def test_a_wrong_scenario_is_told_with_its_place_and_what_fits(
    sample: str, old: str, new: str, told: list[str]
) -> None:
    assert old in sample
    text = new if old == WHOLE else sample.replace(old, new, 1)
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(text, "orders.yaml")
    assert [str(problem).removeprefix("orders.yaml:").strip() for problem in refused.value.problems] == told


@pytest.mark.parametrize("shape", ['{pk: "cust#1{a}", sk: order#20}', '{pk: "cust#01{a}", sk: order#1}'])
def test_keys_that_no_coordinate_makes_are_free_for_other_items(sample: str, shape: str) -> None:
    text = sample.replace("operations:\n", f"  other: {{of: {{a: 5}}, shape: {shape}}}\noperations:\n")
    assert list(parse_scenario(text).scenario.items) == ["order", "other"]


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(sample: str) -> None:
    text = sample.replace("seed: 42", "sed: 42").replace("limit: 20", "limit: 0").replace("rate: $rate", "rate: $rat")
    with pytest.raises(ScenarioError) as refused:
        parse_scenario(text)
    assert [problem.line for problem in refused.value.problems] == [3, 30, 42]


def test_no_message_speaks_of_the_machinery(sample: str) -> None:
    for _, old, new, _ in WRONG:
        text = new if old == WHOLE else sample.replace(old, new, 1)
        with pytest.raises(ScenarioError) as refused:
            parse_scenario(text)
        said = str(refused.value)
        assert not re.search(r"pydantic|Input should|http|Traceback|<\w+>", said)
