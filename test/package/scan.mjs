/** What n8n does with a package after it is published, without the download. */
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

const [, , folder, kind] = process.argv;
const patterns = kind === 'source' ? SOURCE_FILE_PATTERNS : ['**/*.js', 'package.json'];
const { passed, message, details = '' } = await analyzePackage(folder, patterns);
// The scanner keeps a temporary folder open, which would keep this process running. To a pipe, text
// is not written at once.
process.stdout.write(passed && !message ? 'passed\n' : `${message}\n${details}\n`, () =>
	process.exit(0),
);
