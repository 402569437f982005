#!/usr/bin/env python3
"""Counts what must come out of every feed in a folder, and writes counts.json beside itself.

Independent of the readers it checks: it parses the files by itself with nothing but Python's standard library, from what each
format's own description says. Where it and a reader disagree, the file decides who is right.

    python3 count_feeds.py FOLDER [--check]

With --check it writes nothing and says which files differ from counts.json.
"""
import csv
import io
import json
import os
import re
import sys
import xml.etree.ElementTree as ET
import xml.parsers.expat

HERE = os.path.dirname(os.path.abspath(__file__))
csv.field_size_limit(1 << 30)


def blank(form="", encoding=""):
    return dict(Format=form, Encoding=encoding, Products=0, Repeated=0, Variants=0, Pictures=0, Patches=0, Categories=0, Deleted=0, Problems={})


def problem(counts, code, times=1):
    if times:
        counts["Problems"][code] = counts["Problems"].get(code, 0) + times


# ---- text ---------------------------------------------------------------------------------------------------------------------------

def decode(data):
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8"), "utf-8"
    declared = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([\w-]+)", data)
    try:
        text = data.decode("utf-8")
        if declared and all(b < 128 for b in data):
            return text, declared.group(1).decode().lower()
        return text, "utf-8"
    except UnicodeDecodeError:
        name = declared.group(1).decode().lower() if declared else "windows-1251"
        return data.decode(name), name


def local(tag):
    return tag.rsplit("}", 1)[-1]


def kids(element, name):
    return [child for child in element if local(child.tag) == name]


def text_of(element, name):
    for child in kids(element, name):
        value = "".join(child.itertext()).strip()
        if value:
            return value
    return ""


def tally(counts, goods):
    """goods: (key, ways to buy, pictures, deleted) in the file's order; the first of a key counts."""
    seen = set()
    for key, ways, pictures, deleted in goods:
        if key in seen:
            counts["Repeated"] += 1
            continue
        seen.add(key)
        counts["Products"] += 1
        counts["Variants"] += ways
        counts["Pictures"] += pictures
        counts["Deleted"] += 1 if deleted else 0


# ---- XML formats --------------------------------------------------------------------------------------------------------------------

def yml(root, counts):
    declared = {c.get("id") for c in root.iter() if local(c.tag) == "category" and "".join(c.itertext()).strip()}
    goods, groups, undeclared = [], {}, set()
    for offer in (e for e in root.iter() if local(e.tag) == "offer"):
        named = any(text_of(offer, n) for n in ("name", "model", "title"))
        category = text_of(offer, "categoryId")
        if category and category not in declared:
            undeclared.add(category)
        if not named:
            counts["Patches"] += 1
            continue
        pictures = {"".join(p.itertext()).strip() for p in kids(offer, "picture")} - {""}
        group = offer.get("group_id")
        if group:
            groups.setdefault(group, set()).update(pictures)
            counts["Variants"] += 1
        else:
            goods.append((offer.get("id"), 1, len(pictures), False))
    goods += [("group " + g, 0, len(p), False) for g, p in groups.items()]
    problem(counts, "category.not_declared", len(undeclared))
    tally(counts, goods)


def kaspi(root, counts):
    tally(counts, [(o.get("sku"), 1, 0, False) for o in root.iter() if local(o.tag) == "offer"])


def google_items(items, counts):
    goods, groups = [], {}
    for fields in items:
        pictures = set(filter(None, fields.get("image_link", []))) | set(filter(None, fields.get("additional_image_link", [])))
        group = next(iter(fields.get("item_group_id", [])), "")
        if group:
            known = groups.setdefault(group, (set(), set()))
            known[0].update(pictures)
            if fields["id"][0] in known[1]:
                problem(counts, "variant.key_twice")
            else:
                known[1].add(fields["id"][0])
        else:
            goods.append((fields["id"][0], 1, len(pictures), False))
    goods += [("group " + g, len(ids), len(p), False) for g, (p, ids) in groups.items()]
    tally(counts, goods)


def google_rss(root, counts):
    items = []
    for item in (e for e in root.iter() if local(e.tag) in ("item", "entry")):
        fields = {}
        for child in item:
            value = "".join(child.itertext()).strip()
            if value:
                fields.setdefault(local(child.tag), []).append(value)
        items.append(fields)
    google_items(items, counts)


def wxr(root, counts):
    items = [e for e in root.iter() if local(e.tag) == "item"]
    attachments = {text_of(i, "post_id"): text_of(i, "attachment_url") for i in items if text_of(i, "post_type") == "attachment"}
    goods = []
    for item in items:
        kind = text_of(item, "post_type")
        meta = {text_of(m, "meta_key"): text_of(m, "meta_value") for m in kids(item, "postmeta")}
        types = ["".join(c.itertext()).strip() for c in kids(item, "category") if c.get("domain") == "product_type"]
        if kind == "product_variation":
            counts["Variants"] += 1
        elif kind == "product" and "grouped" in types:
            problem(counts, "product.grouped")
        elif kind == "product":
            ids = [meta.get("_thumbnail_id", "")] + meta.get("_product_image_gallery", "").split(",")
            pictures = {attachments[i.strip()] for i in ids if attachments.get(i.strip())}
            goods.append((meta.get("_sku") or text_of(item, "post_id"), 0 if "variable" in types else 1, len(pictures), False))
    tally(counts, goods)


def commerceml(root, counts):
    def inside(element, name, skip=("Документ",)):
        for child in element:
            if local(child.tag) in skip:
                continue
            if local(child.tag) == name:
                yield child
            else:
                yield from inside(child, name, skip)

    wrapped = ET.Element("root")
    wrapped.append(root)
    declared = set()

    def group(element):
        if text_of(element, "Ид"):
            declared.add(text_of(element, "Ид"))
        for level in kids(element, "Группы"):
            for child in kids(level, "Группа"):
                group(child)

    for top in inside(wrapped, "Группа"):
        group(top)
    counts["Categories"] = len(declared)
    goods, seen, missing = [], set(), False
    for good in inside(wrapped, "Товар"):
        key, _, variant = text_of(good, "Ид").partition("#")
        pictures = {"".join(p.itertext()).strip() for p in kids(good, "Картинка")} - {""}
        deleted = (good.get("Статус") or text_of(good, "Статус")).startswith("Удал") or text_of(good, "ПометкаУдаления") == "true"
        missing = missing or any("".join(i.itertext()).strip() not in declared for g in kids(good, "Группы") for i in kids(g, "Ид"))
        if variant:
            counts["Variants"] += 1
            if key in seen:
                continue
        seen.add(key)
        goods.append((key, 0, len(pictures), deleted and not variant))
    if missing:
        problem(counts, "category.not_declared")
    tally(counts, goods)
    for offer in inside(wrapped, "Предложение"):
        named = any(text_of(offer, n) for n in ("Наименование", "Артикул", "ХарактеристикиТовара"))
        counts["Variants" if named else "Patches"] += 1
    documents = [e for e in root.iter() if local(e.tag) == "Документ"]
    if documents and not any(local(e.tag) in ("Каталог", "ПакетПредложений") for e in root.iter()):
        problem(counts, "file.other_content")


# ---- tables -------------------------------------------------------------------------------------------------------------------------

def separator_of(text):
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def table(text):
    rows = [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), skipinitialspace=True) if any(c.strip() for c in r)]
    header = [h.strip() for h in rows[0]]
    return header, [{h: (r[i].strip() if i < len(r) else "") for i, h in reversed(list(enumerate(header)))} for r in rows[1:]]


def shopify(rows, counts):
    goods, last = [], None
    title = "Option1 Value" if "Option1 Value" in rows[0] else next(h for h in rows[0] if h.lower() == "option1 value")
    for row in rows:
        handle = row.get("Handle") or row.get("URL handle") or ""
        if last is None or (handle and handle.lower() != last["handle"].lower()):
            last = dict(handle=handle, ways=0, pictures=set(), first=True)
            goods.append(last)
        options = [row[h] for h in row if re.fullmatch(r"option[123] value", h.lower()) and row[h] and row[h] != "Default Title"]
        price = next((row[h] for h in row if h.lower() == "variant price"), "")
        sku = next((row[h] for h in row if h.lower() == "variant sku"), "")
        if last["first"] or (price and (options or True) and (price or sku)) or (options and sku):
            last["ways"] += 1
        last["first"] = False
        image = next((row[h] for h in row if h.lower() == "image src"), "")
        if image:
            last["pictures"].add(image)
    tally(counts, [(g["handle"], g["ways"], len(g["pictures"]), False) for g in goods])


def woo(rows, counts):
    head = rows[0]

    def column(*names):
        return next((h for h in head if h.lower().rstrip("?") in names), None)

    kind, sku, number, images = column("type"), column("sku"), column("id"), column("images")
    name = column("name")
    goods = []
    for row in rows:
        types = [t.strip() for t in (row.get(kind) or "simple").lower().split(",")]
        if "variation" in types:
            counts["Variants"] += 1
        elif "grouped" in types:
            problem(counts, "product.grouped")
        else:
            pictures = {p.strip() for p in re.split(r"(?<!\\),", row.get(images) or "")} - {""}
            key = row.get(sku) or ("id:" + row[number] if number and row.get(number) else row.get(name))
            goods.append((key, 0 if "variable" in types else 1, len(pictures), False))
    tally(counts, goods)


def google_table(rows, counts):
    items = []
    for row in rows:
        fields = {h: [v] for h, v in row.items() if v}
        more = fields.get("additional_image_link")
        if more:
            fields["additional_image_link"] = [p.strip() for p in re.split(r",(?=\s*https?://)", more[0])]
        items.append(fields)
    google_items(items, counts)


def magento(rows, counts):
    children = set()
    for row in rows:
        children.update(re.findall(r"(?:^|\|)\s*sku=([^,|]+)", row.get("configurable_variations", "")))
    goods = []
    for row in rows:
        if row.get("store_view_code") not in (None, "", "default", "admin"):
            continue
        kind = row.get("product_type", "simple")
        pictures = {p.strip() for p in (row.get("base_image", "") + "," + row.get("additional_images", "")).split(",")} - {""}
        if kind in ("grouped", "bundle"):
            problem(counts, "product.grouped")
        elif row["sku"] in children:
            counts["Variants"] += 1
        else:
            goods.append((row["sku"], 0 if kind == "configurable" else 1, len(pictures), False))
    tally(counts, goods)


def prestashop(header, rows, counts):
    if any(h.startswith("Impact on price") for h in header):
        counts["Variants"] = len(rows)
        return
    number = next(h for h in header if h.lower() in ("id", "product id"))
    images = next(h for h in header if h.startswith("Image URLs"))
    mark = re.search(r"\(x(.)y", images).group(1)
    price = next(h for h in header if h.startswith("Price tax"))
    if "excl" in price and "included" not in price:
        problem(counts, "price.without_tax")
    tally(counts, [(r[number], 1, len({p.strip() for p in r[images].split(mark)} - {""}), False) for r in rows])


def spree(rows, counts):
    goods, first = {}, rows[0]["currency"]
    if any(r["currency"] and r["currency"] != first for r in rows):
        problem(counts, "price.several_currencies")
    for row in rows:
        if row["currency"] and row["currency"] != first:
            continue
        known = goods.setdefault(row["slug"], dict(ways=0, pictures=set()))
        if any(row.get(f"option{i}_value") for i in (1, 2, 3)):
            known["ways"] += 1
        known["pictures"] |= {row[h] for h in row if re.fullmatch(r"image\d+_src", h) and row[h]}
    tally(counts, [(k, g["ways"] or 1, len(g["pictures"]), False) for k, g in goods.items()])


# ---- which is which -----------------------------------------------------------------------------------------------------------------

def count(path):
    with open(path, "rb") as file:
        text, encoding = decode(file.read())
    if text.lstrip("\ufeff \r\n").startswith("<"):
        try:
            root = ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
        except ET.ParseError as error:
            counts = blank("yandex-yml", encoding)
            problem(counts, "fault at line %d" % error.position[0])
            return counts
        name, body = local(root.tag), text[:4000]
        for form, fits, reader in (
            ("yandex-yml", name == "yml_catalog", yml),
            ("kaspi-xml", name == "kaspi_catalog", kaspi),
            ("woocommerce-wxr", "wordpress.org/export" in body, wxr),
            ("google-rss", name in ("rss", "feed"), google_rss),
            ("commerceml", name in ("КоммерческаяИнформация", "Классификатор"), commerceml),
        ):
            if fits:
                counts = blank(form, encoding)
                reader(root, counts)
                return counts
        counts = blank()
        problem(counts, "import.format_unknown")
        return counts
    header, rows = table(text)
    low = [h.lower() for h in header]
    counts = blank("", encoding)
    if "handle" in low:
        counts["Format"] = "shopify-csv"
        shopify(rows, counts)
    elif "slug" in low and "sku" in low:
        counts["Format"] = "spree-csv"
        spree(rows, counts)
    elif "attribute_set_code" in low or "attribute_set" in low:
        counts["Format"] = "magento-csv"
        magento(rows, counts)
    elif any(h.startswith("impact on price") or h.startswith("price tax") for h in low):
        counts["Format"] = "prestashop-csv"
        prestashop(header, rows, counts)
    elif {"id", "title", "price", "availability"} <= set(low):
        counts["Format"] = "google-table"
        google_table(rows, counts)
    elif "type" in low and ("regular price" in low or "published" in low or any(h.startswith("attribute 1") for h in low)):
        counts["Format"] = "woocommerce-csv"
        woo(rows, counts)
    else:
        counts = blank()
        problem(counts, "import.format_unknown")
    return counts


def main():
    folder = sys.argv[1]
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            found[os.path.relpath(path, folder).replace(os.sep, "/")] = count(path)
    target = os.path.join(HERE, "counts.json")
    if "--check" in sys.argv:
        with open(target, encoding="utf-8") as file:
            kept = json.load(file)
        differ = sorted(n for n in set(found) | set(kept) if found.get(n) != kept.get(n))
        print("\n".join(differ) or "nothing differs")
        sys.exit(1 if differ else 0)
    with open(target, "w", encoding="utf-8") as file:
        json.dump(dict(sorted(found.items())), file, indent=1, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    main()
