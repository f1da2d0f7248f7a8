import newer from '../../host/n8n-2/package.json';
import older from '../../host/n8n-1/package.json';
import { readBlock } from '../../scripts/markdown';
import { readPage } from './markdown';

const table = readBlock(readPage('README.md').text, 'compat');

test.each([newer, older])('the README speaks of the n8n that the tests run on', (manifest) => {
	expect(table).toContain(`n8n ${manifest.dependencies.n8n}`);
});
