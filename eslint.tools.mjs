/**
 * Lint for everything that is not published. eslint.config.mjs has to stay as n8n made it, and its
 * rules are for nodes; each of the other folders has a configuration that leads here.
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
		// Node's globals are not known to it.
		rules: { 'no-undef': 'off' },
	},
);
