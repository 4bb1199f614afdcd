// @ts-check
// A chapter's choices by figure. Their names in the link begin with the chapter's; within the chapter, in the data-set of a
// phrase for instance, they go without that.

export class Choices {
  /**
   * @param {string} chapter
   * @param {import("../settings.js").Properties} properties
   * @param {Record<string, string[]>} figures the choices of each figure, its t first: what its reset puts back
   */
  constructor(chapter, properties, figures) {
    this.chapter = chapter;
    this.properties = properties;
    this.figures = figures;
  }

  /** Of "ledger=1000 tied=0". @param {string} text @returns {Record<string, any>} */
  parse(text) {
    const pairs = text.split(" ").map((part) => {
      const [name, value] = part.split("=");
      return [name, this.properties[`${this.chapter}_${name}`][1](value)];
    });
    return this.named(Object.fromEntries(pairs));
  }

  /** The same by the names that they have in the link. @param {Record<string, any>} changes */
  named(changes) {
    return Object.fromEntries(Object.entries(changes).map(([name, value]) => [`${this.chapter}_${name}`, value]));
  }

  /** The figure that has a choice. @param {string} name as in the link */
  figureOf(name) {
    return Object.keys(this.figures).find((id) => this.figures[id].includes(name));
  }

  /** What a figure starts from. @param {string} id */
  standard(id) {
    return Object.fromEntries(this.figures[id].map((name) => [name, this.properties[name][0]]));
  }
}
