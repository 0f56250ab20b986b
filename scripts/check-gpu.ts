import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import type { EngineName } from '../src-main/core/machine/engines/registry.ts'
import type { EngineCheck } from '../src-main/core/machine/engine-check.ts'
import { checkEngine } from '../src-main/engines/check-engines.ts'
import { installedPack } from '../src-main/engines/pack/installed-pack.ts'
import { MachineMonitor } from '../src-main/platform/machine/machine-monitor.ts'

/**
 * What only a machine with a GPU can show: conformance of the engines on it, the memory limit of a process, exhausted
 * GPU memory as a typed failure, 200 steps of every network and optimizer on WebGPU, and the benchmark.
 * `npm run check:gpu`; refuses in one line where there is no GPU. Exit code 0 if everything held.
 */
const root = path.resolve(import.meta.dirname, '..')
const monitor = new MachineMonitor({ now: Date.now })
await monitor.ready
const gpus = monitor.gpus()
const webgpu = await checkEngine('webgpu')
const pack = installedPack('tensorflow')
const hasCuda = gpus.length > 0 && pack?.manifest.gpu === true
if (gpus.length === 0 && !webgpu.ok) {
  console.error('check:gpu needs a GPU: nvidia-smi reads none, and WebGPU finds none.')
  process.exit(1)
}
for (const { name, memoryTotalBytes } of gpus) {
  console.log(`${name}, ${(memoryTotalBytes / 2 ** 30).toFixed(1)} GiB`)
}

let failed = 0
function report(what: string, passed: boolean, detail: string): void {
  console.log(`${passed ? 'passed' : 'FAILED'}  ${what}: ${detail}`)
  if (!passed) failed++
}

function reportConformance(name: EngineName, check: EngineCheck): void {
  if (!check.ok) {
    report(`conformance of ${name}`, false, check.error.message)
    return
  }
  const { engine, passed, failed: wrong, stepMs } = check
  const speed = `${stepMs?.mlp.toFixed(2)} ms per MLP step, ${stepMs?.cnn?.toFixed(2) ?? '–'} ms per CNN step`
  const detail = `${engine.device}; ${passed} cases right, ${wrong.length} wrong; ${speed}`
  report(`conformance of ${name}`, wrong.length === 0, detail)
}

/** Runs a script of this project in a process of its own; its output is shown. */
function run(what: string, file: string, argumentsOfIt: readonly string[], environment = {}): void {
  const { status } = spawnSync(process.execPath, [path.join(root, file), ...argumentsOfIt], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  })
  report(what, status === 0, `exit code ${String(status)}`)
}

if (webgpu.ok) {
  reportConformance('webgpu', webgpu)
  const steps = { TUNEWRIGHT_WEBGPU_STEPS: '200' }
  run('200 steps on webgpu', 'bin/tool.cjs', ['vitest', 'run', 'test/unit/engines/webgpu'], steps)
} else console.log(`left out  webgpu: ${webgpu.error.message}`)

if (hasCuda) {
  reportConformance('tensorflow', await checkEngine('tensorflow'))
  run('memory limit and exhausted memory', 'bin/run.cjs', ['scripts/check-gpu-memory.ts'])
  run('tests on tensorflow', 'bin/tool.cjs', ['vitest', 'run', 'test/unit/engines/tensorflow'])
} else {
  const command = 'tunewright engine install tensorflow --gpu'
  console.log(`left out  tensorflow on the GPU: needs an NVIDIA GPU and "${command}"`)
}
run('benchmark', 'bin/run.cjs', ['bench/engines.ts'])
monitor.close()
console.log(failed === 0 ? 'Everything held.' : `${failed} failed.`)
process.exitCode = failed === 0 ? 0 : 1
