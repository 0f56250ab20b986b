/* `node bin/run.cjs FILE arguments…` runs a script of this repository, TypeScript or not, under Node 24 or later. */
'use strict'

require('./check-node.cjs')
const path = require('node:path')
const { launch } = require('./launch.cjs')

const [script, ...scriptArguments] = process.argv.slice(2)
if (script === undefined) {
  process.stderr.write('usage: node bin/run.cjs FILE arguments…\n')
  process.exitCode = 64
} else {
  launch(path.resolve(script), scriptArguments)
}
