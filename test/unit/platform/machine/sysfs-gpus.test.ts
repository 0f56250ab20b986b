import { rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseMigList } from '../../../../src-main/platform/machine/mig-instances.ts'
import { SysfsGpus } from '../../../../src-main/platform/machine/sysfs-gpus.ts'
import { layOut, setFile } from '../../../helpers/file-tree.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function open(tree: string) {
  const folder = layOut(scratch(), tree)
  let atMs = 0
  const gpus = new SysfsGpus({ folder, now: () => atMs })
  const pass = (milliseconds: number): void => {
    atMs += milliseconds
  }
  return { folder, gpus, pass }
}

describe('GPUs that Linux shows', () => {
  it('are read as the driver of AMD writes them; one that cannot compute is given to no trial', () => {
    const { gpus } = open('amd-workstation')
    expect(gpus.gpus()).toEqual([
      {
        uuid: 'amd-0123456789abcdef',
        vendor: 'amd',
        name: 'AMD GPU 1002:687F',
        busy: 0.04,
        memoryBytes: 1_490_378_752,
        memoryTotalBytes: 8_573_157_376,
        temperatureCelsius: null,
        powerWatts: null,
      },
    ])
    expect(gpus.placeable()).toEqual([])
  })

  it('are counted as the runtime counts them, whatever the numbers of their cards', () => {
    const { gpus } = open('amd-two-gpus')
    expect(gpus.gpus().map(gpu => [gpu.busy, gpu.powerWatts, gpu.temperatureCelsius])).toEqual([
      [0.87, 301, 68],
      [0, 17, 35],
      [0.01, null, 41],
    ])
    // The processor's own shares the machine's memory.
    expect(gpus.placeable()).toEqual([
      { uuid: 'amd-8f3ac8e9a1b2c3d4', vendor: 'amd', visibleAs: '0', isPart: false },
      { uuid: 'amd-8f3ac8e9a1b2c3d5', vendor: 'amd', visibleAs: '1', isPart: false },
    ])
  })

  it('are gone when their files are', () => {
    const { gpus, folder } = open('amd-two-gpus')
    rmSync(path.join(folder, 'class/drm/card2'), { recursive: true })
    expect(gpus.gpus()).toHaveLength(2)
    expect(gpus.placeable().map(({ visibleAs }) => visibleAs)).toEqual(['1'])
  })

  it('have the power that Intel counts as energy, and leave out the screen of a processor', () => {
    const { gpus, folder, pass } = open('intel-card')
    expect(gpus.gpus().map(({ powerWatts }) => powerWatts)).toEqual([null])
    pass(2_000)
    setFile(folder, 'class/drm/card0/device/hwmon/hwmon2/energy1_input', '305000000')
    const [card, ...others] = gpus.gpus()
    expect(others).toEqual([])
    expect(card).toMatchObject({ powerWatts: 150, memoryTotalBytes: 12_746_489_856, busy: null })
    // Two that ask at one moment hear the same.
    pass(3)
    expect(gpus.gpus()).toMatchObject([{ powerWatts: 150 }])
    expect(gpus.placeable()).toMatchObject([{ vendor: 'intel', visibleAs: '0' }])
  })

  it('are none where there is no such folder', () => {
    const gpus = new SysfsGpus({ folder: path.join(scratch(), 'none'), now: () => 0 })
    expect([gpus.gpus(), gpus.placeable()]).toEqual([[], []])
  })
})

it('reads the parts of a divided GPU of NVIDIA', () => {
  const list = `GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f)
  MIG 3g.20gb     Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)
  MIG 1g.5gb      Device  1: (UUID: MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-b2f5f1b7-1111-2222-3333-444444444444)
`
  const parent = 'GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f'
  expect(parseMigList(list)).toEqual([
    { uuid: 'MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f', parent },
    { uuid: 'MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb', parent },
  ])
  expect(parseMigList('NVIDIA-SMI has failed')).toEqual([])
})
