const { execFileSync } = require('node:child_process');
const { dest, series, src } = require('gulp');
const { rimraf } = require('rimraf');

const clean = () => rimraf('dist');

const compile = async () => {
	execFileSync(process.execPath, [require.resolve('typescript/bin/tsc')], { stdio: 'inherit' });
};

// `encoding: false` keeps binary files intact; only icons live under these two folders.
const icons = () =>
	src('{nodes,credentials}/**/*.{svg,png}', { base: '.', encoding: false }).pipe(dest('dist'));

exports.build = series(clean, compile, icons);
