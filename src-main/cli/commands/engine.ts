import process from 'node:process'
import { Argument } from 'commander'
import { engineDevice, engineNames, findsNoGpu } from '../../contract/engine.ts'
import { formatBytes } from '../../i18n/format-number.ts'
import {
  abandonInstallation,
  installedPack,
  installTensorflow,
  removeTensorflow,
  type InstalledEngine,
} from '../../engines/install-engine.ts'
import type { AddCommands, CliContext } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'
import { printableText } from '../progress/terminal-text.ts'
import { speedText } from './doctor.ts'
import { formatTable } from '../table.ts'
import type { Translate } from '../../i18n/translate.ts'

interface InstallOptions {
  readonly from?: readonly string[]
  readonly gpu?: boolean
}

export const addCommands: AddCommands = (program, t) => {
  const engine = program.command('engine').description(t('cli.help.engine')).helpCommand(false)
  engine
    .command('install')
    .description(t('cli.help.engine.install'))
    .addArgument(packArgument(t))
    .option('--from <wheel...>', t('cli.help.engine.from'))
    .option('--gpu', t('cli.help.engine.gpu'))
    .run(async (context, _name: string, options: InstallOptions) => install(context, options))
  engine.command('list').description(t('cli.help.engine.list')).run(list)
  engine
    .command('remove')
    .description(t('cli.help.engine.remove'))
    .addArgument(packArgument(t))
    .run(async context => {
      const removed = await removeTensorflow()
      const text = t(removed ? 'cli.engineRemoved' : 'cli.engineNotInstalled')
      context.tell(text, { engine: 'tensorflow', removed })
    })
}

function packArgument(t: Translate): Argument {
  return new Argument('<engine>', t('cli.help.engine.name')).choices(['tensorflow'])
}

async function install(context: CliContext, options: InstallOptions): Promise<void> {
  const { json, t } = context
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
      process.stderr.write(`\r${t('cli.unpacking', { file, percent })}\u001b[K`)
    },
    onCheck: () => {
      if (showsProgress) process.stderr.write('\r\u001b[K')
      if (!json) context.print(t('cli.checkingEngine'))
    },
  })
  if (json) context.printJson(installed)
  else printInstalled(context, installed)
}

function printInstalled(context: CliContext, installed: InstalledEngine): void {
  const { t } = context
  const { manifest, folder, check, wasm } = installed
  const { version, bytes } = manifest
  context.print(t('cli.engineInstalled', { version, folder, size: formatBytes(bytes) }))
  for (const { file, sha256 } of manifest.wheels)
    context.print(`  ${printableText(file)}  SHA-256 ${sha256}`)
  context.print(
    `${t.say(engineDevice(check.engine))}; ${t('cli.conforms', { passed: check.passed })}; ${speedText(context, check.stepMs)}`,
  )
  if (findsNoGpu(manifest, check.engine.device)) context.print(t('devices.packFindsNoGpu'))
  if (!wasm.ok) return
  const gain = (key: 'mlp' | 'cnn') =>
    ((wasm.stepMs[key] ?? 0) / (check.stepMs[key] ?? 0)).toFixed(1)
  context.print(t('cli.engineGain', { mlp: gain('mlp'), cnn: gain('cnn') }))
}

function list(context: CliContext): void {
  const { t } = context
  const pack = installedPack()
  const values = engineNames.map(engine => {
    const isPack = engine === 'tensorflow'
    return { engine, installed: !isPack || pack !== null, ...(isPack && pack) }
  })
  const rows = engineNames.map(name => {
    if (name !== 'tensorflow') return [name, t('cli.engineShips')]
    if (pack === null) return [name, t('cli.engineNotInstalled')]
    const { manifest, folder } = pack
    const gpu = manifest.gpu ? ', CUDA' : ''
    return [name, `${manifest.version}${gpu}, ${formatBytes(manifest.bytes)}, ${folder}`]
  })
  context.tell(formatTable([t('cli.column.name'), t('cli.column.state')], rows), ...values)
}
