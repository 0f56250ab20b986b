import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import os from 'node:os'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { readAttemptLog } from '../../../src-main/platform/user-code/attempt-log.ts'
import { inEnglish } from '../../helpers/expect-text.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'
import { findPython, processesOf, UserCodeBench } from '../../helpers/user-code-study.ts'

/** What programs do wrong: each has its typed failure, is over quickly and leaves nothing running. */

const scratch = useScratchFolders()
const python = findPython()

function study(
  objective: StudySpecificationInput['objective'],
  faults: readonly string[],
): StudySpecificationInput {
  return {
    name: 'faults',
    objective,
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { fault: { choice: [...faults] } },
    sampler: { name: 'grid' },
    parallelTrials: 2,
    retry: { killed: 0 },
    stop: { failures: 1_000 },
  }
}

/** Fault to class and message of its failure, or the state of the trial. */
async function outcomes(
  bench: UserCodeBench,
  specification: StudySpecificationInput,
): Promise<Record<string, string>> {
  const { trials } = await bench.tune(specification)
  await expect.poll(() => processesOf(bench.folder), { timeout: 10_000 }).toEqual([])
  return Object.fromEntries(
    trials.map(({ parameters, state, attempts }) => {
      const failure = attempts.at(-1)?.failure
      return [
        String(parameters['fault']),
        failure ? `${failure.class}: ${inEnglish.format(failure.reason)}` : state,
      ]
    }),
  )
}

describe.skipIf(python === null)('a Python program', () => {
  const program = `
import json, os, signal, subprocess, sys, time
fault = json.load(open(os.environ["TUNEWRIGHT_PARAMETERS"]))["fault"]
print(json.dumps({"step": 1, "loss": 2.5}), flush=True)
if fault == "raises":
    raise ValueError("cannot learn")
if fault == "exit":
    sys.exit(3)
if fault == "output":
    block = b"x" * 79 + b"\\n"
    block *= 12800
    for _ in range(1024):
        os.write(1, block)
if fault == "oneLine":
    for _ in range(1024):
        os.write(1, b"y" * 1_024_000)
if fault == "binary":
    os.write(1, os.urandom(1_000_000) + b"\\n")
    print(json.dumps({"step": 2, "loss": 1.5}), flush=True)
if fault == "children":
    children = [subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"], start_new_session=True) for _ in range(200)]
    time.sleep(60)
if fault == "daemon":
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.close(1); os.close(2)
            os.execve("/bin/sleep", ["sleep", "60"], {})
        os._exit(0)
    os.wait()
if fault == "memory":
    held = bytearray(700_000_000)
    for at in range(0, len(held), 4096): held[at] = 1
    time.sleep(60)
if fault == "noValue":
    pass
`
  it('fails with the reason, quickly, whatever it does', { timeout: 60_000 }, async () => {
    const bench = new UserCodeBench(scratch())
    bench.write('train.py', program)
    const faults = [
      'raises',
      'exit',
      'output',
      'oneLine',
      'binary',
      'children',
      'daemon',
      'memory',
      'well',
    ]
    const failures = await outcomes(
      bench,
      study(
        {
          command: [python ?? '', 'train.py'],
          limits: { processes: 50, memoryMegabytes: 600, outputMegabytes: 20 },
        },
        faults,
      ),
    )
    expect(failures).toEqual({
      raises: expect.stringMatching(
        /^code: The program ended with exit code 1: .*ValueError: cannot learn$/,
      ),
      exit: expect.stringMatching(/^code: The program ended with exit code 3/),
      output:
        'code: The program wrote more than 20 MB of output (limits.outputMegabytes) and was ended.',
      oneLine:
        'code: The program wrote more than 20 MB of output (limits.outputMegabytes) and was ended.',
      binary: 'complete',
      children: 'code: The program had more than 50 processes (limits.processes) and was ended.',
      daemon: 'complete',
      memory: expect.stringMatching(/^memory: The program used \d+ MB, more than 600 MB/),
      well: 'complete',
    })
    const binary = bench.workspace.artifactDirectory(1, 4)
    const log = readAttemptLog(binary, 1)
    expect(log?.text).toMatch(/\[… \d+ bytes …\]/)
    expect(log?.text.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u)
    expect(log?.leftOutBytes).toBeGreaterThan(0)
  })

  it('without the value of the goal says what it reported', async () => {
    const bench = new UserCodeBench(scratch())
    const failures = await outcomes(
      bench,
      study({ command: [python ?? '', '-c', 'print(\'{"step": 1, "accuracy": 0.5}\')'] }, ['a']),
    )
    expect(failures['a']).toBe(
      'code: The program ended without a value of loss; it reported accuracy.',
    )
  })

  it.each([
    ['no-such-program-anywhere', { code: 'failure.programNotFound' }],
    // Node does not expect that within a file.
    [`${import.meta.filename}/program`, {}],
  ])('cannot be started: the study ends (%s)', async (command, reason) => {
    const bench = new UserCodeBench(scratch())
    const { study: stored, trials } = await bench.tune(
      study({ command: [command] }, ['a', 'b', 'c', 'd', 'e']),
    )
    expect(stored.state).toBe('failed')
    expect(trials.length).toBeLessThanOrEqual(2)
    expect(trials[0]?.attempts[0]?.failure?.reason).toMatchObject({
      code: 'error.command.notStarted',
      values: { command, reason },
    })
  })
})

describe('signals', () => {
  const fatal = Object.keys(os.constants.signals).filter(
    name =>
      ![
        'SIGSTOP',
        'SIGTSTP',
        'SIGTTIN',
        'SIGTTOU',
        'SIGCONT',
        'SIGCHLD',
        'SIGURG',
        'SIGWINCH',
      ].includes(name) &&
      // Other names of the same numbers, and one that shells do not know.
      !['SIGIOT', 'SIGPOLL', 'SIGUNUSED', 'SIGSTKFLT'].includes(name),
  )
  const ownSignals = [
    'SIGABRT',
    'SIGBUS',
    'SIGFPE',
    'SIGILL',
    'SIGPIPE',
    'SIGSEGV',
    'SIGSYS',
    'SIGTRAP',
  ]

  it.skipIf(isSkipped('signals'))(
    'end a program with the failure that names them',
    { timeout: 60_000 },
    async () => {
      expect(fatal.length).toBeGreaterThanOrEqual(15)
      const bench = new UserCodeBench(scratch())
      const failures = await outcomes(
        bench,
        study(
          {
            command: 'ulimit -c 0; kill -"${TUNEWRIGHT_PARAM_fault#SIG}" $$; sleep 5',
            shell: true,
          },
          fatal,
        ),
      )
      const classOf = (signal: string): string =>
        ownSignals.includes(signal) ? 'code' : signal === 'SIGXCPU' ? 'timeout' : 'killed'
      expect(failures).toEqual(
        Object.fromEntries(
          fatal.map(signal => [signal, `${classOf(signal)}: The program was ended by ${signal}.`]),
        ),
      )
    },
  )
})

describe.skipIf(python === null)('a program that does not end when told', () => {
  it('is killed after its grace time', async () => {
    const bench = new UserCodeBench(scratch())
    bench.write(
      'deaf.py',
      `
import signal, time, sys, os
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
for step in range(1, 100000):
    print('{"step": %d, "loss": %d}' % (step, step), flush=True)
    time.sleep(0.01)
`,
    )
    const { trials } = await bench.tune({
      name: 'deaf',
      objective: { command: [python ?? '', 'deaf.py'], graceSeconds: 0.2 },
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { float: [0, 1] } },
      pruner: { name: 'threshold', upper: 5 },
      stop: { trials: 1 },
    })
    expect(trials[0]?.state).toBe('pruned')
    // Told at the first step over the limit; what it prints until it is killed is kept.
    expect(trials[0]?.reason).toMatchObject({ code: 'pruning.aboveLimit', values: { step: 6 } })
    expect(trials[0]?.lastStep).toBeGreaterThanOrEqual(6)
    expect(trials[0]?.lastStep).toBeLessThan(1000)
    await expect.poll(() => processesOf(bench.folder), { timeout: 10_000 }).toEqual([])
  })
})

const canMount = process.getuid?.() === 0 && process.platform === 'linux'
describe.skipIf(!canMount)('a full disk (needs root, to mount a small one)', () => {
  const talks =
    'i=0; while [ $i -lt 30000 ]; do echo "line $i of a program that talks a lot and fills the disk with its log"; i=$((i+1)); done'
  it.each([
    ['of the program', 'dd if=/dev/zero of="$TUNEWRIGHT_CHECKPOINTS/w" bs=1k count=2000 || exit 1'],
    ['of its output', talks],
    // The other one runs, and cannot be told by its stop file.
    [
      'of one program beside another',
      'if grep -q one "$TUNEWRIGHT_PARAMETERS"; then sleep 0.5; dd if=/dev/zero of="$TUNEWRIGHT_CHECKPOINTS/w" bs=1k count=2000 || exit 1; else sleep 2; fi',
    ],
  ])(
    'pauses the study for a file %s, and it goes on once there is room',
    async (_, work) => {
      const folder = scratch()
      const disk = path.join(folder, 'disk')
      mkdirSync(disk)
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', disk])
      if (mounted.status !== 0) {
        console.log(`no small disk: ${String(mounted.stderr)}`)
        return
      }
      try {
        const bench = new UserCodeBench(folder)
        bench.workspace.artifactDirectory = (study, trial) =>
          path.join(disk, String(study), ...(trial === undefined ? [] : [String(trial)]))
        const id = await bench.create(
          study({ command: `${work}; echo "{\\"loss\\": 1}"`, shell: true }, ['one', 'two']),
        )
        const { end } = await bench.run(id)
        expect(end.state).toBe('paused')
        expect(end.reason.code).toMatch(/^error\.(disk\.full|command\.diskFull)$/)
        const waiting = bench.read(id).trials.map(({ state }) => state)
        expect(waiting.filter(state => state !== 'interrupted' && state !== 'complete')).toEqual([])
        spawnSync('mount', ['-o', 'remount,size=50M', disk])
        expect((await bench.run(id)).end.state).toBe('finished')
        const { trials } = bench.read(id)
        expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete'])
        expect(
          trials.flatMap(({ attempts }) => attempts).every(({ failure }) => failure === null),
        ).toBe(true)
      } finally {
        spawnSync('umount', [disk])
      }
    },
    60_000,
  )
})
