/**
 * Lint for everything that isn't published. eslint.config.mjs must stay as n8n generated it, and
 * its rules are for nodes. Each of the other folders has a configuration that leads here.
 */
import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
	{
		files: ['**/*.ts'],
		extends: [eslint.configs.recommended, tseslint.configs.recommended],
		languageOptions: {
			parserOptions: {
				project: ['tsconfig.tools.json', 'test/tsconfig.json'],
				tsconfigRootDir: import.meta.dirname,
			},
		},
		rules: { '@typescript-eslint/no-floating-promises': 'error' },
	},
	{
		files: ['**/*.{js,mjs,cjs}'],
		extends: [eslint.configs.recommended],
		// It doesn't include Node.js's globals.
		rules: { 'no-undef': 'off' },
	},
);
