// @ts-check
// The page's own models: those that a link may name are those that there are, and each is set as it can be.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { PRESETS } from "../../www/chapters/stage/presets.js";
import { properties } from "../../www/chapters/stage/settings.js";
import { settingsOf } from "../../www/chapters/stage/samplers.js";

const root = new URL("../../", import.meta.url);
const json = (name) => JSON.parse(readFileSync(new URL(name, root), "utf8"));

for (const [name, { folder, usual }] of Object.entries(PRESETS))
  test(`${name}: a link may name it, its files are there, its usual settings suit it`, () => {
    const [, parse] = properties.model;
    assert.equal(parse(name), name);
    for (const [key, value] of Object.entries(usual)) {
      assert.ok(Object.hasOwn(properties, key), `there is no setting ${key}`);
      const written = typeof value === "boolean" ? Number(value) : value;
      assert.equal(properties[key][1](String(written)), value, `a link cannot hold ${key} = ${value}`);
    }
    assert.ok(existsSync(new URL(`${folder.address}/diffusion_pytorch_model.safetensors`, root)));
    const { num_class_embeds: rows, null_class: none } = json(`${folder.address}/config.json`);
    assert.ok(Number(usual.digit) < rows && Number(usual.digit) !== none, `class ${usual.digit} of ${rows}`);
    assert.ok(usual.guidance === 1 || Number.isInteger(none), "guidance wants a row for no class");
    const scheduler = json(`${folder.address}/scheduler_config.json`);
    assert.equal(settingsOf(scheduler).spacing, usual.spacing, "diffusers visits other t");
  });

test("a link that names no model means digits, as it did before there were others", () => {
  assert.equal(properties.model[0], "digits");
  assert.equal(properties.model[1]("mnist"), undefined);
});
