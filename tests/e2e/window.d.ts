/** What a test leaves in the page between two looks at it. */
interface Window {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the test needs
  [left: string]: any;
}
