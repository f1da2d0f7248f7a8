const { readFile, writeFile } = require('node:fs/promises');
const path = require('node:path');
const { plot } = require('./plot');
const { headline, report } = require('./report');

const root = path.join(__dirname, '..');

const BEGIN = '<!-- made by npm run bench: begin -->';
const END = '<!-- made by npm run bench: end -->';

/** @param {string} file @param {string} text */
async function putBetweenMarks(file, text) {
	const where = path.join(root, file);
	const [before, rest] = (await readFile(where, 'utf8')).split(BEGIN);
	const after = rest?.split(END)[1];
	if (after === undefined) throw new Error(`${file} lacks the marks "${BEGIN}" and "${END}".`);
	await writeFile(where, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
}

/** Writes the figures of one run to where they are shown. @param {any} results */
async function write(results) {
	await writeFile(path.join(root, 'docs', 'images', 'benchmarks.svg'), plot(results.runs));
	await putBetweenMarks('docs/benchmarks.md', report(results));
	await putBetweenMarks('README.md', headline(results));
}

module.exports = { write };
