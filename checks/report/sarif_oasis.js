// sarif_oasis.js FILE...: exits 1 where a file is not what the JSON schema of SARIF 2.1.0 says.
const fs = require('fs');
const path = require('path');
const Ajv = require('ajv');

const folder = path.dirname(require.resolve('@microsoft/jest-sarif'));
const schema = JSON.parse(fs.readFileSync(path.join(folder, 'schemas', 'sarif-2.1.0-rtm.5.json')));
const ajv = new Ajv({schemaId: 'auto', allErrors: true});
ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json'));
const validate = ajv.compile(schema);
let wrong = 0;
for (const file of process.argv.slice(2)) {
  if (!validate(JSON.parse(fs.readFileSync(file)))) {
    wrong++;
    console.log(file, ajv.errorsText(validate.errors));
  }
}
console.log(`${process.argv.length - 2 - wrong} passed, ${wrong} failed`);
process.exit(wrong > 0 ? 1 : 0);
