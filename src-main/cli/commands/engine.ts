import process from 'node:process'
import { Argument, type Command } from 'commander'
import { engineNames, findsNoGpu } from '../../contract/engine.ts'
import { deviceTexts } from '../../contract/i18n/device-texts.ts'
import { formatBytes } from '../../i18n/format-number.ts'
import {
  abandonInstallation,
  installedPack,
  installTensorflow,
  removeTensorflow,
  type InstalledEngine,
} from '../../engines/install-engine.ts'
import { createContext, type CliContext } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'
import { printableText } from '../progress/terminal-text.ts'
import { speedText } from './doctor.ts'
import { formatTable } from '../table.ts'

interface InstallOptions {
  readonly from?: readonly string[]
  readonly gpu?: boolean
}

export function addEngineCommands(program: Command): void {
  const engine = program
    .command('engine')
    .description('Engines that come as packs of their own: install, list, remove.')
  engine
    .command('install')
    .description(
      "Install TensorFlow's library from its published wheel; the machine's pip fetches it unless a file is given.",
    )
    .addArgument(packArgument())
    .option('--from <wheel...>', 'wheel files, for machines without a network')
    .option('--gpu', 'with the libraries of CUDA 12 (some GB)')
    .action(async (_name: string, options: InstallOptions, command: Command) => {
      await install(createContext(command), options)
    })
  engine
    .command('list')
    .description('All engines, best first, and what is installed.')
    .action((_options: unknown, command: Command) => {
      list(createContext(command))
    })
  engine
    .command('remove')
    .description('Remove an installed engine pack.')
    .addArgument(packArgument())
    .action(async (_name: string, _options: unknown, command: Command) => {
      const context = createContext(command)
      const removed = await removeTensorflow()
      if (context.json) context.printJson({ engine: 'tensorflow', removed })
      else context.print(removed ? context.texts.engineRemoved : context.texts.engineNotInstalled)
    })
}

function packArgument(): Argument {
  return new Argument('<engine>', 'name of the engine').choices(['tensorflow'])
}

async function install(context: CliContext, options: InstallOptions): Promise<void> {
  const { texts, json } = context
  const showsProgress = !json && process.stderr.isTTY
  let lastPercent = -1
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      abandonInstallation()
      process.exit(exitCodes.internalError)
    })
  }
  const installed = await installTensorflow({
    wheels: options.from ?? null,
    gpu: options.gpu === true,
    now: () => new Date(context.now()),
    onDownload: text => {
      if (!json) process.stderr.write(text)
    },
    onUnpack: ({ file, bytes, totalBytes }) => {
      const percent = Math.floor((100 * bytes) / totalBytes)
      if (!showsProgress || percent === lastPercent) return
      lastPercent = percent
      process.stderr.write(`\r${texts.unpacking(file, percent)}\u001b[K`)
    },
    onCheck: () => {
      if (showsProgress) process.stderr.write('\r\u001b[K')
      if (!json) context.print(texts.checkingEngine)
    },
  })
  if (json) context.printJson(installed)
  else printInstalled(context, installed)
}

function printInstalled(context: CliContext, installed: InstalledEngine): void {
  const { texts } = context
  const { manifest, folder, check, wasm } = installed
  context.print(texts.engineInstalled(manifest.version, folder, formatBytes(manifest.bytes)))
  for (const { file, sha256 } of manifest.wheels)
    context.print(`  ${printableText(file)}  SHA-256 ${sha256}`)
  context.print(
    `${check.engine.device}; ${texts.conforms(check.passed)}; ${speedText(context, check.stepMs)}`,
  )
  if (findsNoGpu(manifest, check.engine.device)) {
    context.print(deviceTexts(context.language).packFindsNoGpu)
  }
  if (!wasm.ok) return
  const gain = (key: 'mlp' | 'cnn') =>
    ((wasm.stepMs[key] ?? 0) / (check.stepMs[key] ?? 0)).toFixed(1)
  context.print(texts.engineGain(gain('mlp'), gain('cnn')))
}

function list(context: CliContext): void {
  const { texts } = context
  const pack = installedPack()
  if (context.json) {
    for (const name of engineNames) {
      const isPack = name === 'tensorflow'
      context.printJson({ engine: name, installed: !isPack || pack !== null, ...(isPack && pack) })
    }
    return
  }
  const rows = engineNames.map(name => {
    if (name !== 'tensorflow') return [name, texts.engineShips]
    if (pack === null) return [name, texts.engineNotInstalled]
    const { manifest, folder } = pack
    const gpu = manifest.gpu ? ', CUDA' : ''
    return [name, `${manifest.version}${gpu}, ${formatBytes(manifest.bytes)}, ${folder}`]
  })
  context.print(formatTable([texts.columns.name, texts.columns.state], rows))
}
