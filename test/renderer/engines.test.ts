import { describe, expect, it } from 'vitest'
import type { EngineInstallation, EngineRow } from '../../src-main/core/machine/engines.ts'
import type { MachineDevices } from '../../src-main/core/machine/devices.ts'
import { AppError, serializeError } from '../../src-main/core/errors/errors.ts'
import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import PackInstaller from '../../src-renderer/features/engines/PackInstaller.vue'
import EnginesView from '../../src-renderer/views/EnginesView.vue'
import { errorsShown, holdTime, mountPart, pass, settle, t, zh } from './mount.ts'

const devices: MachineDevices = {
  cpu: { name: 'A processor', cores: 8, energy: { state: 'absent' } },
  gpus: [],
  probeFailure: null,
}
const wasm = { name: 'wasm', version: '4', device: 'CPU, 8 threads' } as const
const checked = {
  ok: true as const,
  engine: wasm,
  passed: 40,
  failed: [] as readonly string[],
  stepMs: { mlp: 1.25, cnn: null },
}
const row = (change: Partial<EngineRow> = {}): EngineRow => ({
  name: 'wasm',
  lastCheck: { atMs: 0, check: checked as never },
  ...change,
})

describe('the engines', () => {
  const verdict = async (change: Partial<EngineRow>): Promise<string> => {
    const part = mountPart(EnginesView, {
      back: { 'engine.list': [row(change)], 'machine.devices': devices },
    })
    await settle()
    return part.wrapper.find('tbody [role=status]').text()
  }

  it('say what their last check found', async () => {
    expect(await verdict({ lastCheck: null })).toBe(t('engines.unknown'))
    const step = t('engines.mlpStep', { time: '1.25' })
    const passed = await verdict({})
    expect(passed).toContain(`CPU, 8 threads · ${t('engines.conforms', { count: 40 })} · ${step}`)
    const both = { ...checked, failed: ['relu'], stepMs: { mlp: 1, cnn: 7.5 } } as never
    const failed = await verdict({ lastCheck: { atMs: 0, check: both } })
    expect(failed).toContain(t('engines.fails', { count: 1, cases: 'relu' }))
    expect(failed).toContain(t('engines.cnnStep', { time: '7.50' }))
    const reason = verbatim('no driver')
    const error = serializeError(new AppError('engine.unavailable', { engine: 'wasm', reason }))
    const none = await verdict({ lastCheck: { atMs: 0, check: { ok: false, error } } })
    expect(none).toContain(`${t('engines.unavailable')}: `)
    expect(none).toContain('no driver')
  })

  it('are checked one by one, and what is there is asked for again', async () => {
    let isChecked = false
    let finish = (): void => undefined
    const part = mountPart(EnginesView, {
      back: {
        'machine.devices': devices,
        'engine.list': () => [isChecked ? row() : row({ lastCheck: null })],
        'engine.check': () =>
          new Promise(resolve => {
            finish = () => {
              isChecked = true
              resolve(checked)
            }
          }),
      },
    })
    await settle()
    await part.press(t('list.named', { name: t('engines.check'), value: 'WebAssembly' }))
    expect(part.wrapper.find('tbody [role=status]').text()).toBe(t('engines.checking'))
    finish()
    await settle()
    expect(part.requests('engine.check')).toEqual([{ engine: 'wasm' }])
    expect(part.text()).toContain(t('engines.conforms', { count: 40 }))
  })

  it('stand in one table under the names of their makers, with Install beside', async () => {
    const part = mountPart(EnginesView, {
      back: {
        'machine.devices': devices,
        'engine.installation': { phase: 'none' },
        'engine.list': [
          row({ name: 'tensorflow', pack: { installed: null, canInstall: true } }),
          row(),
          row({ name: 'lightgbm', lastCheck: null, pack: { installed: null, canInstall: true } }),
        ],
      },
    })
    await settle()
    const cells = part.wrapper.findAll('tbody tr').map(line =>
      line
        .findAll('th, td')
        .slice(0, 3)
        .map(cell => cell.text()),
    )
    expect(cells).toEqual([
      ['TensorFlow tensorflow', t('engines.trains.networks'), t('engines.absent')],
      ['WebAssembly wasm', t('engines.trains.networks'), t('engines.builtIn')],
      ['LightGBM lightgbm', t('engines.trains.trees'), t('engines.absent')],
    ])
    await part.press(
      t('list.named', { name: t('menu.opens', { name: t('engines.install') }), value: 'LightGBM' }),
    )
    expect(part.text()).toContain(t('engines.treesNotInstalled', { engine: 'lightgbm' }))
  })

  it('show the devices of the machine, in the language of the page', async () => {
    const probeFailure = serializeError(
      new AppError('child.startTimeout', { child: 'x', seconds: 9 }),
    )
    const gpu = {
      source: 'nvidia-smi',
      vendor: 'nvidia',
      uuid: 'u',
      name: 'GPU 1',
      memoryTotalBytes: 2 ** 34,
    } as const
    const part = mountPart(EnginesView, {
      language: 'zh-CN',
      back: {
        'engine.list': [],
        'machine.devices': {
          ...devices,
          gpus: [{ ...gpu, measuresPower: true }],
          probeFailure,
        },
      },
    })
    await settle()
    expect(part.text()).toContain(
      zh('devices.gpuMeasured', { source: 'nvidia-smi', name: 'GPU 1', memory: '16 GiB' }),
    )
    expect(part.text()).toContain(zh('devices.cpu', { name: 'A processor', cores: 8 }))
    expect(part.text()).not.toContain(zh('devices.noGpu'))
    const reason = msg('error.child.startTimeout', { child: 'x', seconds: 9 })
    expect(part.text()).toContain(zh('devices.notAsked', { reason }))
  })

  it('say that there is no GPU, and that an installed pack finds none', async () => {
    const installed = { version: '2.21', gpu: true, bytes: 2 ** 30, folder: '/packs' }
    const check = { ...checked, engine: { ...wasm, name: 'tensorflow' } } as never
    const part = mountPart(EnginesView, {
      back: {
        'machine.devices': devices,
        'engine.installation': { phase: 'none' },
        'engine.list': [
          row({ lastCheck: { atMs: 0, check }, pack: { installed, canInstall: true } }),
        ],
      },
    })
    await settle()
    expect(part.text()).toContain(t('devices.noGpu'))
    expect(part.text()).toContain(t('devices.packFindsNoGpu'))
  })
})

describe('the installer of an engine', () => {
  const back = { 'engine.installation': { phase: 'none' } } as const
  const installed = { version: '2.21', gpu: false, bytes: 2 ** 20, folder: '/packs' }

  it('takes the files that are named, one a line, and what pip fetches otherwise', async () => {
    // Half a second later it asks how far it is, and nothing is installed here.
    holdTime()
    const part = mountPart(PackInstaller, {
      props: { engine: 'tensorflow', pack: { installed: null, canInstall: true } },
      back,
    })
    await settle()
    expect(part.text()).toContain(t('engines.notInstalled', { engine: 'tensorflow' }))
    await part.tick(t('engines.fromFile'))
    expect(part.button(t('engines.install')).attributes('disabled')).toBeDefined()
    await part.type(t('engines.files'), ' /a.whl \n\n/b.whl\n')
    await part.tick(t('engines.gpu'))
    await part.press(t('engines.install'))
    expect(part.requests('engine.install')).toEqual([
      { engine: 'tensorflow', gpu: true, wheels: ['/a.whl', '/b.whl'] },
    ])
    expect(part.wrapper.find('progress').exists()).toBe(true)
  })

  it('says how far it is until it has ended, then that something changed', async () => {
    holdTime()
    const phases: EngineInstallation[] = [
      { phase: 'none' },
      { engine: 'tensorflow', phase: 'downloading', line: 'Collecting tensorflow' },
      { engine: 'tensorflow', phase: 'unpacking', file: 'lib.so', share: 0.426 },
      { engine: 'tensorflow', phase: 'checking' },
      { engine: 'tensorflow', phase: 'done', version: '2.21', gain: { mlp: 3.14, cnn: 7 } },
    ]
    const part = mountPart(PackInstaller, {
      props: { engine: 'tensorflow', pack: { installed: null, canInstall: true } },
      back: { 'engine.installation': () => phases.shift() },
    })
    await settle()
    await part.press(t('engines.install'))
    expect(part.requests('engine.install')).toEqual([
      { engine: 'tensorflow', gpu: false, wheels: null },
    ])
    expect(part.text()).toContain(`${t('engines.downloading')} …`)
    for (const text of [
      `${t('engines.downloading')}: Collecting tensorflow`,
      t('engines.unpacking', { file: 'lib.so', percent: 42 }),
      `${t('engines.trying')} …`,
    ]) {
      await pass(500)
      expect(part.wrapper.find('[role=status]').text()).toBe(text)
    }
    expect(part.wrapper.emitted('changed')).toBeUndefined()
    await pass(500)
    const done = t('engines.done', { version: '2.21' })
    expect(part.wrapper.find('[role=status]').text()).toBe(
      `${done} ${t('engines.gainBoth', { mlp: '3.1', cnn: '7.0' })}`,
    )
    expect(part.wrapper.emitted('changed')).toHaveLength(1)
    await pass(5_000)
    expect(part.requests('engine.installation')).toHaveLength(5)
  })

  it('goes on with one that another window has begun, and tells a failure as such', async () => {
    const error = serializeError(
      new AppError('pack.refused', { file: 'a.whl', reason: verbatim('x') }),
    )
    const part = mountPart(PackInstaller, {
      props: { engine: 'tensorflow', pack: { installed: null, canInstall: true } },
      back: { 'engine.installation': { engine: 'tensorflow', phase: 'failed', error } },
      language: 'zh-CN',
    })
    await settle()
    const reason = msg('error.pack.refused', { file: 'a.whl', reason: verbatim('x') })
    expect(part.wrapper.find('[role=alert]').text()).toBe(zh('engines.failed', { reason }))
  })

  it('removes what is installed', async () => {
    const part = mountPart(PackInstaller, {
      props: { engine: 'tensorflow', pack: { installed, canInstall: true } },
      back,
    })
    await settle()
    expect(part.text()).toContain(
      t('engines.installed', { version: '2.21', bytes: '1 MiB', folder: '/packs' }),
    )
    await part.press(t('engines.remove'))
    expect(part.requests('engine.remove')).toHaveLength(1)
    expect(part.wrapper.emitted('changed')).toHaveLength(1)
  })

  it('offers nothing where there is no library for the system', async () => {
    const part = mountPart(PackInstaller, {
      props: { engine: 'tensorflow', pack: { installed: null, canInstall: false } },
      back,
    })
    expect(part.text()).toBe(t('engines.noLibrary', { engine: 'TensorFlow' }))
  })

  it('stays as it was where the start is refused', async () => {
    holdTime()
    const part = mountPart(PackInstaller, {
      props: { engine: 'tensorflow', pack: { installed, canInstall: true } },
      back: {
        ...back,
        'engine.install': new AppError('engine.installing', { engine: 'tensorflow' }),
      },
    })
    await settle()
    await part.press(t('engines.replace'))
    expect(errorsShown()).toEqual([t('error.engine.installing', { engine: 'tensorflow' })])
    expect(part.wrapper.find('progress').exists()).toBe(false)
  })
})
