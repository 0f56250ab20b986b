import process from 'node:process'
import { Argument } from 'commander'
import {
  computingNames,
  isPack,
  type PackName,
  packNames,
} from '../../../core/machine/engines/registry.ts'
import { engineDevice, findsNoGpu } from '../../../core/machine/engine.ts'
import { formatBytes } from '../../../core/i18n/format-number.ts'
import {
  abandonInstallation,
  installEngine,
  removePack,
  type InstalledEngine,
} from '../../../engines/install-engine.ts'
import { installedPack } from '../../../engines/pack/installed-pack.ts'
import type { AddCommands, CliContext } from '../../command-line/context.ts'
import { exitCodes } from '../../command-line/exit-codes.ts'
import { speedText } from '../../diagnostics/cli/doctor.ts'
import { formatTable } from '../../command-line/table.ts'
import type { Translate } from '../../../core/i18n/translate.ts'

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
    .run(install)
  engine.command('list').description(t('cli.help.engine.list')).run(list)
  engine
    .command('remove')
    .description(t('cli.help.engine.remove'))
    .addArgument(packArgument(t))
    .run(async (context, engine: PackName) => {
      const removed = await removePack(engine)
      const text = removed ? t('cli.engineRemoved') : t('cli.engineNotInstalled', { engine })
      context.printValues(text, { engine, removed })
    })
}

function packArgument(t: Translate): Argument {
  return new Argument('<engine>', t('cli.help.engine.name')).choices(packNames)
}

async function install(
  context: CliContext,
  pack: PackName,
  options: InstallOptions,
): Promise<void> {
  const { json, t } = context
  const showsProgress = !json && process.stderr.isTTY
  let lastPercent = -1
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      abandonInstallation()
      process.exit(exitCodes.internalError)
    })
  }
  const installed = await installEngine({
    pack,
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
  else printInstalled(context, pack, installed)
}

function printInstalled(context: CliContext, pack: PackName, installed: InstalledEngine): void {
  const { t } = context
  const { manifest, folder, check, wasm } = installed
  const { version, bytes } = manifest
  const size = formatBytes(bytes)
  context.print(t('cli.engineInstalled', { engine: pack, version, folder, size }))
  for (const { file, sha256 } of manifest.wheels) context.print(`  ${file}  SHA-256 ${sha256}`)
  context.print(
    [
      t.format(engineDevice(check.engine)),
      t('cli.conforms', { passed: check.passed }),
      speedText(context, check),
    ].join(t('list.clauses')),
  )
  if (findsNoGpu(manifest, check.engine.device)) context.print(t('devices.packFindsNoGpu'))
  const [slow, fast] = [wasm?.ok === true ? wasm.stepMs : null, check.stepMs]
  if (slow === null || fast === null) return
  const gain = (key: 'mlp' | 'cnn') => ((slow[key] ?? 0) / (fast[key] ?? 0)).toFixed(1)
  context.print(t('cli.engineGain', { mlp: gain('mlp'), cnn: gain('cnn') }))
}

function list(context: CliContext): void {
  const { t } = context
  const engines = computingNames.map(engine => {
    return isPack(engine) ? { engine, pack: installedPack(engine) } : { engine, pack: undefined }
  })
  const values = engines.map(({ engine, pack }) => ({ engine, installed: pack !== null, ...pack }))
  const rows = engines.map(({ engine: name, pack }) => {
    if (pack === undefined) return [name, t('cli.engineShips')]
    if (pack === null) return [name, t('cli.engineNotInstalled', { engine: name })]
    const { manifest, folder } = pack
    const gpu = manifest.gpu ? ', CUDA' : ''
    return [name, `${manifest.version}${gpu}, ${formatBytes(manifest.bytes)}, ${folder}`]
  })
  context.printValues(formatTable([t('cli.column.name'), t('cli.column.state')], rows), ...values)
}
