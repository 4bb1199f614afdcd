// @ts-check
// The comparison's table, in Markdown.

const sorted = (times) => [...times].sort((a, b) => a - b);

/** Best and median; with two times the median is the worse one. */
function summary(times) {
  const order = sorted(times);
  return { best: order[0], median: order[Math.floor(order.length / 2)] };
}

const ms = (value) => value.toFixed(value < 10 ? 1 : 0);

/**
 * Milliseconds, best (median), and how many times ours; the last column has the smallest of those.
 * @param {[name: string, title: string][]} peers ours first
 * @param {{ label: string, times: Record<string, number[]> }[]} rows
 */
export function table(peers, rows) {
  const [[ours]] = peers;
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const lines = rows.map(({ label, times }) => {
    const own = summary(times[ours]);
    const ratios = [];
    const cells = peers.map(([name]) => {
      if (!times[name]?.length) return "–";
      const { best, median } = summary(times[name]);
      const text = `${ms(best)} (${ms(median)})`;
      if (name === ours) return text;
      ratios.push(best / own.best);
      return `${text}, ${(best / own.best).toFixed(1)}×`;
    });
    return line([label, ...cells, `${Math.min(...ratios).toFixed(1)}×`]);
  });
  const head = ["ms: best (median)", ...peers.map(([, title]) => title), "best of the others / ours"];
  return [line(head), line(head.map(() => "---")), ...lines].join("\n");
}
