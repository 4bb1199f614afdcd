// A test runner of forty lines: tests run in order, a failure does not stop the others, measurements
// are printed beside the test that made them.

export class Suite {
  passed = 0;
  failed = 0;

  constructor(name) {
    this.name = name;
  }

  /** Runs one test; `work` throws, or returns a remark to print. */
  async test(title, work, { seconds = 300 } = {}) {
    const start = performance.now();
    const took = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000);
    });
    try {
      const remark = await Promise.race([work(), late]);
      this.passed++;
      console.log(`ok      ${this.name}: ${title} (${took()})${remark ? `: ${remark}` : ""}`);
    } catch (error) {
      this.failed++;
      console.log(
        `FAILED  ${this.name}: ${title} (${took()})\n        ${error.message.replaceAll("\n", "\n        ")}`,
      );
    } finally {
      clearTimeout(timer);
    }
  }
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

export function checkEqual(actual, expected, what) {
  check(Object.is(actual, expected), `${what} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}
