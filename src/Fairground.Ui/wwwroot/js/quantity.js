// Keeps the total beside a choice of quantity. The form carries the price of one: data-quantity, data-minor, data-digits, and
// data-money, the same price as the server wrote it, from which the signs around the figures are taken.
const space = "\u202f";

function write(minor, digits, pattern) {
  const padded = minor.toString().padStart(digits + 1, "0");
  const whole = digits ? padded.slice(0, -digits) : padded;
  const rest = digits ? padded.slice(-digits) : "";
  const decimal = new Intl.NumberFormat(document.documentElement.lang || undefined).formatToParts(1.5).find(part => part.type === "decimal").value;
  const figures = whole.replace(/\B(?=(\d{3})+$)/g, space) + (/[1-9]/.test(rest) ? decimal + rest : "");
  return pattern.replace(/\d[\d\u202f.,]*/, figures);
}

for (const form of document.querySelectorAll("form[data-quantity]")) {
  const { minor, digits, money } = form.dataset;
  const name = form.dataset.quantity || "quantity";
  const update = () => {
    const count = new FormData(form).get(name);
    if (!/^[1-9]\d{0,8}$/.test(count ?? "")) return;
    // BigInt, because money is never a floating number.
    const total = write(BigInt(minor) * BigInt(count), Number(digits), money);
    for (const place of form.querySelectorAll("[data-quantity-total]")) place.textContent = total;
    for (const place of form.querySelectorAll("[data-quantity-count]")) place.textContent = place.dataset.quantityCount.replace("{0}", count);
  };
  form.addEventListener("input", update);
  update();
}
