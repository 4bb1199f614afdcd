/** What the page offers to the console and to its tests: www/page.js. */
// biome-ignore lint/suspicious/noExplicitAny: a test reaches into everything
declare var chailou: any;
