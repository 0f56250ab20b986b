/*
 * First line of every command: an old Node gets one clear line instead of a syntax error.
 * Old syntax (ES5) on purpose; only from here on may files use what Node 18 understands.
 */
var major = parseInt(process.versions.node, 10)
if (!(major >= 18)) {
  process.stderr.write(
    'tunewright: Node ' +
      process.versions.node +
      ' is too old to start: Node 18 or later is needed (https://nodejs.org).\n'
  )
  process.exit(69)
}
