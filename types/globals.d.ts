/** What the page offers to the console and to its tests: www/console-api.js. */
// biome-ignore lint/suspicious/noExplicitAny: a test reaches into everything
declare const chailou: any;
