import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LauncherTree } from './launcher-tree.ts'

let tree: LauncherTree

beforeEach(() => {
  tree = new LauncherTree()
})

afterEach(() => {
  tree.remove()
})

/** Prints every signal and the channel's end; ends with code 5 some time after the first event. */
const listenerScript = `
  let first = true
  const note = name => {
    console.log(name)
    if (first) setTimeout(() => process.exit(5), 400)
    first = false
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, note)
  process.on('disconnect', () => note('disconnect'))
  process.channel?.unref()
  setTimeout(() => process.exit(99), 20_000)
  console.log('ready')
`

/** Starts the command and waits for the target's first line. */
async function startReady(command: string, args: string[]) {
  const { child, ended } = tree.start(command, args)
  const lines: string[] = []
  const output = createInterface({ input: child.stdout })
  const closed = new Promise<void>(resolve => output.on('close', resolve))
  await new Promise<void>(resolve => {
    output.on('line', line => {
      lines.push(line)
      resolve()
    })
  })
  expect(lines.shift()).toBe('ready')
  return { child, ended, lines, closed }
}

describe('how the launcher ends', () => {
  it.each([0, 1, 77, 255])('gives the exit code %i of the script', async code => {
    const script = tree.write('end.mjs', `process.exit(${code})\n`)
    expect(await tree.run('run.cjs', [script])).toEqual({
      code,
      signal: null,
      stdout: '',
      stderr: '',
    })
  })

  it.skipIf(process.platform === 'win32').each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'dies by %s if the script does',
    async signal => {
      const script = tree.write(
        'die.mjs',
        `process.kill(process.pid, '${signal}')\nsetTimeout(() => {}, 20_000)\n`,
      )
      expect(await tree.run('run.cjs', [script])).toMatchObject({ code: null, signal })
    },
  )
})

describe('what reaches the script', () => {
  it('gets every argument as it was, and the standard streams', async () => {
    const script = tree.write(
      'echo.mjs',
      `process.stdin.on('data', data => process.stderr.write(data))
       console.log(JSON.stringify(process.argv.slice(2)))\n`,
    )
    const args = ['two words', '', '--flag=ü', '"quoted"', '$HOME', '--', '-x', '调参匠']
    const result = await tree.run('run.cjs', [script, ...args], { input: 'line\n' })
    expect(JSON.parse(result.stdout)).toEqual(args)
    expect(result.stderr).toBe('line\n')
  })

  it('runs TypeScript as it is', async () => {
    tree.write('src-main/cli.ts', `const n: number = process.argv.length\nconsole.log(n - 2)\n`)
    expect(await tree.run('tunewright.cjs', ['a', 'b'])).toMatchObject({
      code: 0,
      stdout: '2\n',
      stderr: '',
    })
  })
})

describe.skipIf(process.platform === 'win32')('signals', () => {
  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    'passes %s on once and waits for the clean end',
    async signal => {
      const script = tree.write('listen.mjs', listenerScript)
      const run = await startReady('run.cjs', [script])
      run.child.kill(signal)
      expect(await run.ended).toEqual({ code: 5, signal: null })
      await run.closed
      expect(run.lines).toEqual([signal])
    },
  )

  // Ctrl-C on a terminal reaches the whole process group; `script` gives the launcher a terminal.
  it.skipIf(!existsSync('/usr/bin/script'))(
    'leaves Ctrl-C to the terminal: the script gets it once',
    async () => {
      const script = tree.write('listen.mjs', listenerScript)
      const command = `exec '${process.execPath}' '${tree.path('bin/run.cjs')}' '${script}'`
      const terminal = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { PATH: process.env.PATH, HOME: tree.folder, SHELL: '/bin/sh' },
      })
      terminal.stdout.once('data', () => terminal.stdin.write('\x03'))
      const code = new Promise<number | null>(resolve => terminal.on('exit', resolve))
      const output = await text(terminal.stdout)
      expect(output.match(/SIGINT/g)).toHaveLength(1)
      expect(await code).toBe(5)
    },
  )
})

describe('what the console of Windows tells all of its processes', () => {
  it.each(['SIGINT', 'SIGHUP', 'SIGBREAK'])(
    'is not told twice, and the launcher waits for the clean end: %s',
    async signal => {
      const script = tree.write(
        'listen.mjs',
        `${listenerScript}\nsetTimeout(() => process.exit(7), 1_000)\n`,
      )
      const preload = tree.write(
        'told.cjs',
        `Object.defineProperty(process, 'platform', { value: 'win32' })
         setTimeout(() => process.emit('${signal}'), 300).unref()\n`,
      )
      const { stdout, ...end } = await tree.run('run.cjs', [script], {
        nodeArguments: ['--require', preload],
      })
      expect(end).toEqual({ code: 7, signal: null, stderr: '' })
      expect(stdout).toBe('ready\n')
    },
  )
})

describe('a launcher killed by kill -9', () => {
  it('is noticed by the command line through its channel', async () => {
    tree.write('src-main/cli.ts', listenerScript)
    const run = await startReady('tunewright.cjs', [])
    run.child.kill('SIGKILL')
    // Its output closes when it has ended; left alone it would run for 20 s.
    await run.closed
    // Windows ends what Node starts together with it.
    expect(run.lines).toEqual(process.platform === 'win32' ? [] : ['disconnect'])
  })

  it('has a channel that does not keep the command line alive once it is unreferenced', async () => {
    tree.write(
      'src-main/cli.ts',
      `process.on('disconnect', () => {})\nprocess.channel!.unref()\nconsole.log(process.connected)\n`,
    )
    expect(await tree.run('tunewright.cjs', [])).toMatchObject({ code: 0, stdout: 'true\n' })
  })

  it('opens no channel for other scripts', async () => {
    const script = tree.write('connected.mjs', `console.log(process.send === undefined)\n`)
    expect(await tree.run('run.cjs', [script])).toMatchObject({ code: 0, stdout: 'true\n' })
  })
})
