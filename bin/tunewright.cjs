#!/usr/bin/env node
/* The `tunewright` command: starts the command line under Node 24; see launch.cjs. */
'use strict'

require('./check-node.cjs')
const path = require('node:path')
const { launch, projectFolder } = require('./launch.cjs')

launch(path.join(projectFolder, 'src-main', 'cli.ts'), process.argv.slice(2), { channel: true })
