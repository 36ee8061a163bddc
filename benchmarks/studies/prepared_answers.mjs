// Gives promptfoo answers that were made up before, so that a page of them can be written.
import fs from "node:fs";

const read = (path) => fs.readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
const kept = new Map();

export default class PreparedAnswers {
  constructor({ label, config }) {
    this.label = label;
    this.place = config.place;
    if (!kept.has(config.answers)) kept.set(config.answers, read(config.answers));
    this.answers = kept.get(config.answers);
  }

  id() {
    return this.label;
  }

  async callApi(prompt, { vars }) {
    return { output: this.answers[Number(vars.number)][this.place] };
  }
}
