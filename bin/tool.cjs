/*
 * `node bin/tool.cjs NAME arguments…` runs the command NAME of an installed development package under Node 24 or later, so that
 * npm scripts do not depend on the Node that runs npm.
 */
'use strict'

require('./check-node.cjs')
const { findCommand, findPackage, launch } = require('./launch.cjs')

/** Packages whose command has another name than the package. */
const packageOfCommand = {
  depcruise: 'dependency-cruiser',
  playwright: '@playwright/test',
  // The compiler that is a program of its own: half of the time. Rules and components ask the one in JavaScript.
  tsc: 'typescript-7',
}

const [command, ...commandArguments] = process.argv.slice(2)
if (command === undefined) {
  process.stderr.write('usage: node bin/tool.cjs NAME arguments…\n')
  process.exitCode = 64
} else {
  const folder = findPackage(packageOfCommand[command] || command)
  const script = folder && findCommand(folder, command)
  if (script) {
    launch(script, commandArguments)
  } else {
    process.stderr.write(
      `tunewright: no installed package has the command ${command}; run "npm ci" first.\n`,
    )
    process.exitCode = 69
  }
}
