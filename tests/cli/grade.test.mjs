// `myelin grade`: a submitted link is trained again, and its goal decides. What the submission says never becomes markup.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { place, refused, run } from './helpers.mjs';

const at = (name) => path.join(place.folder, name);
const graded = (words, code, junit = 'j.xml') => {
  const result = run(['grade', ...words, '--junit', at(junit)]);
  assert.equal(result.code, code, result.err);
  return { ...result, xml: fs.readFileSync(at(junit), 'utf8') };
};

/** Tags close in order, and there is nothing but what a tag or an entity may hold. Returns the names of the tags. */
function check_xml(xml) {
  const open = [], seen = [];
  const rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>/, '').replace(/<(\/?)([a-z-]+)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos|#10);[^"<&]*)*")*)(\/?)>/g,
    (_, closing, name, attributes, single) => {
      seen.push(name);
      if (closing) assert.equal(open.pop(), name);
      else if (!single) open.push(name);
      return '';
    });
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest.replace(/&(amp|lt|gt|quot|apos|#10);/g, ''), /[<>&]/);
  assert.doesNotMatch(xml, /[\0-\x08\x0b-\x1f\x7f]/);
  return seen;
}

test('a goal that is met ends with code 0, one that is missed with code 1', () => {
  const met = graded(['preset=iris&seed=3', '--goal', 'test.accuracy>=0.9', '--epochs', '100'], 0);
  assert.match(met.out, /The goal is met/);
  assert.deepEqual(check_xml(met.xml), ['testsuites', 'testsuite', 'testcase', 'system-out', 'system-out', 'testcase', 'testsuite', 'testsuites']);
  assert.match(met.xml, /tests="1" failures="0" errors="0"/);
  assert.match(met.xml, /name="test\.accuracy&gt;=0\.9"/);
  const missed = graded(['iris', '--goal', 'test.accuracy>=0.9 && parameters<5', '--epochs', '3'], 1);
  assert.ok(check_xml(missed.xml).includes('failure'));
  assert.match(missed.xml, /failures="1" errors="0"/);
  assert.match(missed.out, /parameters<5: \d+, missed\n/);
});

test('the same submission gets the same grade, whatever the threads', () => {
  const words = ['grade', 'digits', '--goal', 'test.accuracy>=0.99 || test.f1>0.5', '--epochs', '2', '--json'];
  const once = run(words).out;
  assert.equal(run(words).out, once);
  assert.equal(run([...words, '--threads', '3']).out, once);
  const report = JSON.parse(once);
  assert.deepEqual(Object.keys(report), ['goal', 'verdict', 'terms', 'met', 'epoch', 'step', 'stop', 'parameters']);
  assert.equal(report.terms.length, 2);
  // Whoever submits fast arithmetic, which follows the processor, is graded in exact arithmetic.
  const goal = ['--goal', 'train.loss<0', '--epochs', '2', '--json'];
  assert.equal(run(['grade', 'preset=digits&train.arithmetic=fast', ...goal]).out, run(['grade', 'digits', ...goal]).out);
});

test('bad input ends with code 2, and the report says so as text', () => {
  for (const link of ['nothing', 'net=dense(units:"<&>\'")', '<script>alert(1)</script>.json', 'caf\u00e9\u0007.json', 'v=9&data=spiral']) {
    const { xml, err } = graded([link, '--goal', 'test.accuracy>=0.5'], 2);
    assert.ok(check_xml(xml).includes('error'), link);
    assert.match(xml, /failures="0" errors="1"/);
    assert.match(err, /^myelin: /);
  }
  const strange = graded(['iris', '--goal', 'test.accuracy>=0.5 <&">'], 2);
  assert.ok(check_xml(strange.xml).includes('error'));
  refused(['grade', 'iris'], /which goal/);
  refused(['grade', 'iris', '--goal', 'seconds<5'], /seconds/);
  refused(['grade', '--goal', 'test.accuracy>=0.5'], /which experiment/);
  refused(['grade', 'iris', '--goal', 'test.accuracy>=0.5', '--epochs', '0'], /--epochs/);
  refused(['grade', 'iris', '--goal', 'epoch>=1', '--epochs', '1', '--junit', '/dev/null/x'], /cannot be written/);
});

test('a submission that diverges misses its goal, and the report says why', () => {
  const words = ['data=plane&net=dense(units:1,activation:linear)&opt=sgd&opt.rate=1', '--goal', 'test.loss<0.1', '--epochs', '5'];
  const { out, xml } = graded([...words, '--json'], 1);
  assert.equal(JSON.parse(out).stop, 'diverged');
  assert.match(xml, /The values overflowed at step/);
  check_xml(xml);
  assert.match(graded(words, 1).out, /missed\nThe values overflowed[^\n]*\nThe goal is missed/);
});
