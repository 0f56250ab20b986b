import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { RunConditionSensors } from '../../../../../src-main/features/run-conditions/node/run-condition-sensors.ts'
import { defined } from '../../../../../src-main/core/values/json.ts'
import { isRunning } from '../../../../../src-main/platform/files/temporary.ts'
import {
  asker,
  FullScreen,
} from '../../../../../src-main/features/run-conditions/node/full-screen.ts'
import { NvidiaUse, parseProcessUse } from '../../../../../src-main/platform/machine/nvidia-use.ts'
import { OtherGpuUse } from '../../../../../src-main/features/run-conditions/node/other-gpu-use.ts'
import { OtherLoad } from '../../../../../src-main/features/run-conditions/node/other-load.ts'
import { setFile } from '../../../../helpers/file-tree.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

/** What others do on this machine. */
const scratch = useScratchFolders()
/** A busy machine takes its time. */
const patience = { timeout: 20_000 }
const onPosix = it.skipIf(process.platform === 'win32')

/** Puts a program of the shell before all others. */
function uploadProgram(name: string, script: string): void {
  const folder = scratch()
  const file = path.join(folder, name)
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`)
  onTestFinished(() => void vi.unstubAllEnvs())
}

it('the load of others is what is busy without us, between two readings', () => {
  let [atMs, ms, busyMs] = [0, 5_000, 9_000]
  let forgotten: number[] = []
  const load = new OtherLoad({
    now: () => atMs,
    own: () => ({ ms, forgotten }),
    // Two processors.
    processors: () => ({ busyMs, totalMs: 2 * atMs + 1e6 }),
  })
  expect(load.read()).toBeNull()
  ;[atMs, ms, busyMs, forgotten] = [5_000, 9_000, 16_000, [1, 2]]
  expect(load.read()).toBeCloseTo(0.3, 9)
  // Too soon to know better.
  ;[atMs, busyMs] = [5_500, 17_000]
  expect(load.read()).toBeCloseTo(0.3, 9)
  // A process of ours ended, and took its count along: what it had used is nobody's.
  ;[atMs, ms, busyMs, forgotten] = [10_000, 1_000, 26_000, [1, 3]]
  expect(load.read()).toBeNull()
  ;[atMs, ms, busyMs] = [20_000, 21_000, 40_000]
  expect(load.read()).toBe(0)
  // A clock that goes back is a beginning.
  atMs = 1_000
  expect(load.read()).toBeNull()
})

it('a line of nvidia-smi pmon says who uses how much of which GPU', () => {
  expect(parseProcessUse('    0       1234     G    12     3     -     -   Xorg')).toEqual({
    gpu: '0',
    pid: 1234,
    share: 0.12,
  })
  expect(parseProcessUse('    1       77   C+G     -     -     -     -   game')).toEqual({
    gpu: '1',
    pid: 77,
    share: 0,
  })
  expect(parseProcessUse('    0          -     -     -     -     -     -   -')).toBe('idle')
  expect(parseProcessUse('# gpu        pid  type    sm   mem   enc   dec   command')).toBeNull()
  expect(parseProcessUse('Not supported on the device(s)')).toBeNull()
  expect(parseProcessUse('')).toBeNull()
})

onPosix(
  'NVIDIA’s programs are followed, ours left out, and nothing is known without them',
  async () => {
    uploadProgram(
      'nvidia-smi',
      `[ "$1" = pmon ] || exit 1
while :; do
  echo '# gpu        pid  type    sm   mem   enc   dec   command'
  echo '    0        11     G    30     3     -     -   game'
  echo '    0        12     C    60     3     -     -   node'
  echo '    1        13     C    20     3     -     -   python'
  sleep 0.1 || exit
done`,
    )
    let nowMs = 0
    const nvidia = new NvidiaUse({ now: () => nowMs })
    const use = new OtherGpuUse({
      now: () => nowMs,
      own: () => new Set([12]),
      procFolder: scratch(),
      nvidia,
    })
    onTestFinished(() => use.close())
    expect(use.read()).toBeNull()
    await vi.waitUntil(() => use.read() === 0.3, patience)
    use.close()
    nowMs = 60_000
    expect(use.read()).toBeNull()
  },
)

onPosix('nvidia-smi is ended where nobody wants to know the GPU’s use any more', async () => {
  const file = path.join(scratch(), 'pid')
  uploadProgram(
    'nvidia-smi',
    `echo $$ > "${file}.part" && mv "${file}.part" "${file}"\nexec sleep 60`,
  )
  const monitor = { usage: () => ({ samples: [] }) as never }
  const sensors = new RunConditionSensors(monitor, Date.now)
  onTestFinished(() => sensors.close())
  const read = (otherGpuUse?: number) =>
    sensors.read({ fullScreen: false, ...defined({ otherGpuUse }) })
  const started = async (): Promise<number> => {
    await vi.waitUntil(() => read(0.5).otherGpuUse === null && existsSync(file), patience)
    const pid = Number(readFileSync(file, 'utf8'))
    rmSync(file)
    return pid
  }
  const first = await started()
  expect(isRunning(first)).toBe(true)
  read()
  await vi.waitUntil(() => !isRunning(first), patience)
  const second = await started()
  sensors.close()
  await vi.waitUntil(() => !isRunning(second), patience)
  expect(read(0.5).otherGpuUse).toBeNull()
  expect(existsSync(file)).toBe(false)
})

onPosix('what drivers of Linux count for each program is a share of the time between', () => {
  const proc = scratch()
  const open = (pid: number, descriptor: number, counted: object): void => {
    const folder = path.join(proc, String(pid), 'fd')
    mkdirSync(folder, { recursive: true })
    try {
      symlinkSync('/dev/dri/renderD128', path.join(folder, String(descriptor)))
    } catch {
      // It is open already.
    }
    const lines = Object.entries(counted).map(([name, value]) => `${name}:\t${value as string}`)
    setFile(proc, `${pid}/fdinfo/${descriptor}`, ['pos:\t0', ...lines].join('\n'))
  }
  const client = (id: number, gfxMs: number, computeMs = 0) => ({
    'drm-driver': 'amdgpu',
    'drm-pdev': '0000:03:00.0',
    'drm-client-id': id,
    'drm-engine-gfx': `${gfxMs * 1e6} ns`,
    'drm-engine-compute': `${computeMs * 1e6} ns`,
  })
  let nowMs = 0
  const nvidia = { read: () => null, close: () => undefined }
  const use = new OtherGpuUse({
    now: () => nowMs,
    own: () => new Set([20]),
    nvidia,
    procFolder: proc,
    gpuFolder: proc,
  })
  // Nobody has a GPU open.
  setFile(proc, '9/fdinfo/1', 'pos:\t0')
  expect(use.read()).toBeNull()
  open(10, 4, client(1, 100))
  open(20, 4, client(2, 100))
  // A driver that counts no time says nothing.
  const { 'drm-engine-gfx': _, 'drm-engine-compute': __, ...cycles } = client(3, 0)
  open(30, 4, { ...cycles, 'drm-cycles-rcs': 5 })
  nowMs = 3_000
  expect(use.read()).toBe(0)
  // The same client by two descriptors counts once; its busiest engine counts.
  open(10, 4, client(1, 1_100, 300))
  open(10, 5, client(1, 1_100, 300))
  open(20, 4, client(2, 5_000))
  nowMs = 7_000
  expect(use.read()).toBeCloseTo(0.25, 9)
  // Too soon to know better.
  open(10, 4, client(1, 1_300, 300))
  nowMs = 7_010
  expect(use.read()).toBeCloseTo(0.25, 9)
  const blind = new OtherGpuUse({
    now: () => nowMs,
    own: () => new Set(),
    nvidia,
    procFolder: proc,
    gpuFolder: path.join(proc, 'none'),
  })
  expect(blind.read()).toBeNull()
})

onPosix('X11 says whether a program fills the screen', async () => {
  const ask = (active: string, state: string): Promise<boolean | null> => {
    uploadProgram('xprop', `case "$1" in -root) echo '${active}';; *) echo '${state}';; esac`)
    vi.stubEnv('DISPLAY', ':7')
    return asker('linux')()
  }
  const active = '_NET_ACTIVE_WINDOW(WINDOW): window id # 0x3a00007'
  const full = '_NET_WM_STATE(ATOM) = _NET_WM_STATE_FOCUSED, _NET_WM_STATE_FULLSCREEN'
  expect(await ask(active, full)).toBe(true)
  expect(await ask(active, '_NET_WM_STATE(ATOM) = _NET_WM_STATE_FOCUSED')).toBe(false)
  expect(await ask('_NET_ACTIVE_WINDOW(WINDOW): window id # 0x0', full)).toBe(false)
  expect(await ask('_NET_ACTIVE_WINDOW:  not found.', full)).toBeNull()
  expect(await ask('_NET_ACTIVE_WINDOW:  no such atom on any window.', full)).toBeNull()
  expect(await asker('darwin')()).toBeNull()
})

it('a window of ours that fills the screen is nobody else’s', async ({ skip }) => {
  if (process.platform !== 'linux') skip('X11 alone is asked by a program')
  uploadProgram(
    'xprop',
    `case "$1" in -root) echo '# 0x3a00007';; *) echo '_NET_WM_STATE_FULLSCREEN';; esac`,
  )
  vi.stubEnv('DISPLAY', ':7')
  const sensors = new RunConditionSensors({ usage: () => ({ samples: [] }) as never }, Date.now)
  onTestFinished(() => sensors.close())
  const read = () => sensors.read({ fullScreen: true }).fullScreen
  await vi.waitUntil(() => read() === true, patience)
  sensors.handleEvent('screenOurs')
  expect(read()).toBe(false)
  sensors.handleEvent('battery')
  expect(read()).toBe(false)
  sensors.handleEvent('screenNotOurs')
  expect(read()).toBe(true)
})

it('the last answer is shown while the next is asked for, and none where asking fails', async () => {
  const answers = [Promise.resolve(true), Promise.reject(new Error('gone'))]
  const screen = new FullScreen(() => answers.shift() ?? Promise.resolve(false))
  expect(screen.read()).toBeNull()
  await Promise.resolve()
  expect(screen.read()).toBe(true)
  await new Promise(setImmediate)
  expect(screen.read()).toBeNull()
})
