// described.js SOURCE_DIR HELP: src/doc/ci.md names inputs, hooks, arguments of CMake and options that there are; and all arguments.
const fs = require('fs');
const path = require('path');
const yaml = require('js-yaml');

const [root, help] = process.argv.slice(2);
const read = (name) => fs.readFileSync(path.join(root, name), 'utf8');
const text = read('src/doc/ci.md');
const complaints = [];
const expect = (holds, why) => { if (!holds) complaints.push(why); };

const inputs = yaml.load(read('action.yml')).inputs;
const hooks = yaml.load(read('.pre-commit-hooks.yaml')).map((hook) => hook.id);
const named = [];
for (const [, block] of text.matchAll(/```yaml\n([\s\S]*?)```/g)) {
  for (const item of yaml.load(block)) {
    for (const input of Object.keys(item.with || {})) expect(input in inputs, `the action has no input ${input}`);
    for (const hook of item.hooks || []) named.push(hook.id);
  }
}
expect(named.sort().join() === hooks.sort().join(), `hooks are ${hooks}, and not ${named}`);

const call = /cmake_parse_arguments\(PARSE_ARGV 1 test ([^)]*)\)/.exec(read('src/gradcheck-test.cmake'))[1];
const taken = [...call.matchAll(/[A-Z_]{3,}/g)].map(([word]) => word);
for (const word of taken) expect(new RegExp(`\\b${word}\\b`).test(text), `${word} is not described`);
const rows = text.split('\n').filter((line) => /^\| `[A-Z]/.test(line)).map((line) => line.split('|')[1]);
for (const [word] of rows.join().matchAll(/[A-Z_]{3,}/g)) expect(taken.includes(word), `there is no ${word}`);

const others = ['--array', '--wait', '--enable-recovery']; // of sbatch and mpirun
for (const [option] of text.matchAll(/--[a-z][a-z-]*/g)) {
  expect(others.includes(option) || new RegExp(`${option}\\b`).test(help), `there is no ${option}`);
}
for (const [, file] of text.matchAll(/`((?:src|checks)\/[\w./-]+)`/g)) expect(fs.existsSync(path.join(root, file)), `no ${file}`);
complaints.forEach((complaint) => console.log(`src/doc/ci.md: ${complaint}`));
process.exit(complaints.length > 0 ? 1 : 0);
