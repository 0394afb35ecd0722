// scripts.js FILE FOLDER: reads a file of a CI server, complains (exit 1) of what that server would not take, and writes what
// it would run into FOLDER: N.sh, in order, with N.env, the environment that the step gives it, NAME=EXPRESSION.
const fs = require('fs');
const path = require('path');
const yaml = require('js-yaml');

const [file, folder] = process.argv.slice(2);
const text = fs.readFileSync(file, 'utf8');
const complaints = [];
const expect = (holds, why) => { if (!holds) complaints.push(why); };
const scripts = [];

const isText = (value) => typeof value === 'string' && value !== '';
const only = (object, keys, where) =>
  Object.keys(object).forEach((key) => expect(keys.includes(key), `${where}: there is no ${key}`));

// https://docs.github.com: metadata syntax of composite actions. The schema is checked by action-validator.
function readAction(action) {
  const ids = new Set();
  for (const step of action.runs.steps) {
    expect(isText(step.run) !== isText(step.uses), `${step.name}: run or uses, one of them`);
    if (step.run) {
      expect(isText(step.shell), `${step.name}: a run wants a shell`);
      expect(!/\$\{\{/.test(step.run), `${step.name}: an expression within a script is an injection`);
      scripts.push({text: step.run, env: step.env || {}});
    } else {
      expect(/^[\w.-]+\/[\w.\/-]+@v\d+$/.test(step.uses), `${step.name}: ${step.uses} has no version`);
    }
    if (step.id) ids.add(step.id);
  }
  const said = JSON.stringify(action);
  for (const [, name] of said.matchAll(/inputs\.([\w-]+)/g)) expect(name in action.inputs, `there is no input ${name}`);
  for (const [, id] of said.matchAll(/steps\.([\w-]+)/g)) expect(ids.has(id), `there is no step ${id}`);
  for (const name of Object.keys(action.inputs)) expect(said.includes(`inputs.${name}`), `nobody reads ${name}`);
}

// https://docs.gitlab.com: CI/CD YAML syntax reference.
function readGitlab(jobs) {
  for (const [name, job] of Object.entries(jobs)) {
    only(job, ['image', 'variables', 'script', 'artifacts'], name);
    only(job.artifacts, ['when', 'paths', 'reports'], `${name}: artifacts`);
    only(job.artifacts.reports, ['junit', 'codequality', 'dotenv'], `${name}: reports`);
    expect(['always', 'on_success', 'on_failure'].includes(job.artifacts.when), `${name}: when`);
    expect(Array.isArray(job.script) && job.script.every(isText), `${name}: script`);
    Object.values(job.variables).forEach((value) => expect(typeof value === 'string', `${name}: a variable is a text`));
    if (Array.isArray(job.script)) scripts.push({text: job.script.join('\n'), env: job.variables});
  }
}

// https://pre-commit.com: creating new hooks.
function readHooks(hooks) {
  expect(Array.isArray(hooks), 'hooks are a list');
  for (const hook of Array.isArray(hooks) ? hooks : []) {
    only(hook, ['id', 'name', 'description', 'entry', 'language', 'files', 'types', 'pass_filenames', 'require_serial'], hook.id);
    for (const key of ['id', 'name', 'entry', 'language']) expect(isText(hook[key]), `${hook.id}: ${key} is wanted`);
    expect(['script', 'system'].includes(hook.language), `${hook.id}: ${hook.language}`);
    new RegExp(hook.files);
    if (hook.language === 'script') {
      const entry = path.join(path.dirname(file), hook.entry);
      expect(fs.existsSync(entry) && (fs.statSync(entry).mode & 0o111) !== 0, `${hook.entry} cannot be run`);
    }
    scripts.push({text: hook.entry, env: {FILES: hook.files}});
  }
}

// Declarative pipelines have no reader outside Jenkins: their brackets, and what sh '''...''' runs (\ and a line end stay).
function readJenkins(pipeline) {
  const bare = pipeline.replace(/\/\/[^\n]*/g, '').replace(/'''[\s\S]*?'''|'[^'\n]*'/g, "''");
  const open = [];
  const pairs = {'}': '{', ')': '(', ']': '['};
  for (const c of bare) {
    if ('{(['.includes(c)) open.push(c);
    else if (c in pairs) expect(open.pop() === pairs[c], `a ${c} too many`);
  }
  expect(open.length === 0, `${open.join('')} stay open`);
  expect(/^\s*pipeline\s*\{/.test(bare), 'no declarative pipeline');
  for (const word of ['agent', 'stages', 'steps', 'post']) expect(new RegExp(`\\b${word}\\b`).test(bare), `no ${word}`);
  const env = {};
  for (const [, name, value] of pipeline.matchAll(/^\s*(\w+) = '([^']*)'/gm)) env[name] = value;
  for (const [, script] of pipeline.matchAll(/\bsh '''([\s\S]*?)'''/g)) scripts.push({text: script, env});
}

const readers = {
  'action.yml': readAction, 'gitlab.yml': readGitlab, '.pre-commit-hooks.yaml': readHooks, Jenkinsfile: readJenkins,
};
const name = path.basename(file);
readers[name](name === 'Jenkinsfile' ? text : yaml.load(text));
expect(scripts.length > 0, 'nothing is run');
complaints.forEach((complaint) => console.log(`${file}: ${complaint}`));
scripts.forEach((script, i) => {
  fs.writeFileSync(path.join(folder, `${i + 1}.sh`), script.text);
  fs.writeFileSync(path.join(folder, `${i + 1}.env`), Object.entries(script.env).map(([k, v]) => `${k}=${v}\n`).join(''));
});
process.exit(complaints.length > 0 ? 1 : 0);
