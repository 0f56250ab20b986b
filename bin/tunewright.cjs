#!/usr/bin/env node
/* The `tunewright` command: starts the command line under Node 24 or later; see launch.cjs. */
'use strict'

require('./check-node.cjs')
const { existsSync } = require('node:fs')
const path = require('node:path')
const { launch, projectFolder } = require('./launch.cjs')

// `npm --prefix FOLDER run tunewright` starts us in FOLDER; paths are meant from where the person stands.
const { npm_lifecycle_event: script, INIT_CWD: folder } = process.env
if (script === 'tunewright' && folder && process.cwd() === projectFolder && existsSync(folder)) {
  process.chdir(folder)
}

// npm's package holds the sources as JavaScript, for Node runs no TypeScript below node_modules.
const scripts = ['src-main/cli.ts', 'dist-main/cli.js'].map(name => path.join(projectFolder, name))
launch(scripts.find(name => existsSync(name)) || scripts[0], process.argv.slice(2), {
  channel: true,
})
