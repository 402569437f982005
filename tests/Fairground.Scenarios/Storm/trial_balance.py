"""Adds a ledger up again from its raw tables, in another language than the server's and knowing nothing of it but the columns.

Usage: trial_balance.py FOLDER   with accounts.csv (id,party,purpose,asset,floor,balance,held), transfers.csv (id,debit_id,credit_id,amount,movement,at,reference),
holds.csv (id,account_id,amount,state) and payments.csv (id,user_id,amount,currency,state,captured,taken,own_refunds,returned,refunded).
Prints one JSON object; exits with 1 where something does not add up.
"""
import collections, csv, json, pathlib, sys

folder = pathlib.Path(sys.argv[1])
rows = lambda name: csv.DictReader((folder / name).open(encoding="ascii"))
wrong, ids = [], set()
accounts = {a["id"]: a for a in rows("accounts.csv")}
sums, held, by_movement = collections.Counter(), collections.Counter(), collections.Counter()
top_ups = collections.Counter()

for t in rows("transfers.csv"):
    amount = int(t["amount"])
    if t["id"] in ids: wrong.append(f"transfer {t['id']} stands twice")
    ids.add(t["id"])
    if amount <= 0: wrong.append(f"transfer {t['id']} moves {amount}")
    if accounts[t["debit_id"]]["asset"] != accounts[t["credit_id"]]["asset"]: wrong.append(f"transfer {t['id']} changes its asset on the way")
    sums[t["debit_id"]] -= amount
    sums[t["credit_id"]] += amount
    by_movement[t["movement"]] += 1
    if t["movement"] == "100": top_ups[t["reference"]] += amount

for h in rows("holds.csv"):
    if h["state"] == "0": held[h["account_id"]] += int(h["amount"])

by_asset, by_purpose = collections.Counter(), collections.Counter()
for id, a in accounts.items():
    if sums[id] != int(a["balance"]): wrong.append(f"account {id} ({a['purpose']}) says {a['balance']}, its transfers {sums[id]}")
    if held[id] != int(a["held"]): wrong.append(f"account {id} ({a['purpose']}) holds {a['held']}, its holds {held[id]}")
    if a["floor"] != "" and sums[id] - held[id] < int(a["floor"]): wrong.append(f"account {id} ({a['purpose']}) is below its floor")
    by_asset[a["asset"]] += sums[id]
    by_purpose[f"{a['purpose']} {a['asset']}"] += sums[id]
wrong += [f"{asset} does not add up to zero: {total}" for asset, total in by_asset.items() if total != 0]

captured = given_back = 0
for p in rows("payments.csv"):
    came = int(p["captured"])
    if top_ups.pop(p["id"], 0) != came: wrong.append(f"payment {p['id']} took {came} and the ledger has another sum")
    captured += came
    given_back += int(p["taken"])
wrong += [f"{len(top_ups)} top-ups belong to no payment"] if top_ups else []

json.dump({"transfers": len(ids), "accounts": len(accounts), "captured": captured, "taken_back": given_back, "by_purpose": dict(sorted(by_purpose.items())), "wrong": wrong[:20]}, sys.stdout)
sys.exit(1 if wrong else 0)
