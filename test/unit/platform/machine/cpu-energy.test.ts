import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { CpuEnergy, spentBetween } from '../../../../src-main/platform/machine/cpu-energy.ts'
import { type FakeDomain, setFakeDomain } from '../../../helpers/fake-powercap.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** A machine whose clock and counters a test moves. */
function machine(...domains: FakeDomain[]) {
  const folder = scratch()
  let atMs = 0
  for (const domain of domains) setFakeDomain(folder, domain)
  return {
    folder,
    set: (domain: FakeDomain) => {
      setFakeDomain(folder, domain)
    },
    pass: (ms: number) => {
      atMs += ms
    },
    open: () => new CpuEnergy({ folder, now: () => atMs }),
  }
}

const first = (joules: number): FakeDomain => ({ entry: 'intel-rapl:0', name: 'package-0', joules })

describe('energy of the processors', () => {
  it('is the sum of the packages, and of nothing that they hold or that is beside them', () => {
    const second = (joules: number): FakeDomain => ({
      entry: 'intel-rapl:1',
      name: 'package-1',
      joules,
    })
    const { set, pass, open } = machine(
      first(1_000),
      second(5),
      { entry: 'intel-rapl:0:0', name: 'core', joules: 7 },
      { entry: 'intel-rapl:2', name: 'psys', joules: 9_000 },
      { entry: 'intel-rapl-mmio:0', name: 'package-0', joules: 1_000 },
    )
    const energy = open()
    expect(energy.state).toEqual({ state: 'measured', packages: 2 })
    const before = energy.read()
    pass(2_000)
    set(first(1_100))
    set(second(65))
    set({ entry: 'intel-rapl:0:0', name: 'core', joules: 100 })
    set({ entry: 'intel-rapl:2', name: 'psys', joules: 9_900 })
    set({ entry: 'intel-rapl-mmio:0', name: 'package-0', joules: 1_100 })
    const after = energy.read()
    expect(after?.totalJoules).toBeCloseTo(160, 6)
    expect(spentBetween(before, after)?.powerWatts).toBeCloseTo(80, 6)
  })

  it('goes on where a counter begins anew', () => {
    const { set, pass, open } = machine({ ...first(65_500), rangeJoules: 65_532 })
    const energy = open()
    pass(1_000)
    set({ ...first(18), rangeJoules: 65_532 })
    expect(energy.read()).toMatchObject({ interruptions: 0 })
    expect(energy.read()?.totalJoules).toBeCloseTo(50, 6)
  })

  it('does not take a reset, or a machine that has slept, for energy', () => {
    const { set, pass, open } = machine(first(1_000))
    const energy = open()
    pass(1_000)
    // As after a counter that began anew, this would be 261 kJ in a second.
    set(first(2))
    expect(energy.read()).toMatchObject({ totalJoules: 0, interruptions: 1 })
    pass(3_600_000)
    set(first(50))
    expect(energy.read()).toMatchObject({ totalJoules: 0, interruptions: 2 })
    pass(1_000)
    set(first(60))
    expect(energy.read()?.totalJoules).toBeCloseTo(10, 6)
  })

  it('is divided evenly between those that share it at the time', () => {
    const { set, pass, open } = machine(first(0))
    const energy = open()
    const firstShare = energy.share()
    const start = firstShare.read()
    pass(1_000)
    set(first(30))
    const other = energy.share()
    const otherStart = other.read()
    pass(1_000)
    set(first(50))
    const otherEnd = other.read()
    other.close()
    other.close()
    pass(1_000)
    set(first(57))
    const end = firstShare.read()
    // 30 alone, half of 20, 7 alone.
    expect(spentBetween(start, end)?.shareJoules).toBeCloseTo(47, 6)
    expect(spentBetween(otherStart, otherEnd)?.shareJoules).toBeCloseTo(10, 6)
  })

  it('is not there without the folder, or with one that has no packages', () => {
    const absent = new CpuEnergy({ folder: path.join(scratch(), 'none'), now: () => 0 })
    expect(absent.state).toEqual({ state: 'absent' })
    expect(absent.read()).toBeNull()
    expect(absent.share().read()).toBeNull()
    const { open } = machine({ entry: 'intel-rapl:0', name: 'psys', joules: 1 })
    expect(open().state).toEqual({ state: 'absent' })
  })

  it('says which file cannot be read and why, and counts no part of the packages', () => {
    const { folder, pass, set, open } = machine(first(10))
    const file = path.join(folder, 'intel-rapl:1', 'energy_uj')
    mkdirSync(file, { recursive: true })
    writeFileSync(path.join(folder, 'intel-rapl:1', 'name'), 'package-1\n')
    const energy = open()
    expect(energy.state).toEqual({ state: 'unreadable', file, code: 'EISDIR' })
    pass(1_000)
    set(first(20))
    expect(energy.read()).toBeNull()
    rmSync(file, { recursive: true })
    writeFileSync(file, 'nothing\n')
    expect(energy.read()).toBeNull()
    expect(energy.state).toEqual({ state: 'unreadable', file, code: 'notANumber' })
  })

  it('is not lost while a counter cannot be read for a moment, and unknown if it is gone for long', () => {
    const { folder, set, pass, open } = machine(first(0))
    const energy = open()
    const share = energy.share()
    const start = share.read()
    const vanish = (): void => {
      rmSync(path.join(folder, 'intel-rapl:0'), { recursive: true })
    }
    pass(1_000)
    vanish()
    expect(share.read()).toBeNull()
    expect(energy.state).toMatchObject({ state: 'unreadable', code: 'ENOENT' })
    pass(1_000)
    set(first(100))
    const back = share.read()
    expect(energy.state).toEqual({ state: 'measured', packages: 1 })
    expect(spentBetween(start, back)).toEqual({ powerWatts: 50, shareJoules: 100 })
    vanish()
    pass(40_000)
    expect(share.read()).toBeNull()
    set(first(104))
    const late = share.read()
    expect(spentBetween(back, late)).toBeNull()
    pass(1_000)
    set(first(109))
    expect(spentBetween(late, share.read())?.shareJoules).toBeCloseTo(5, 6)
  })

  it('is unknown where those that share it changed while it could not be read', () => {
    const { folder, set, pass, open } = machine(first(0))
    const energy = open()
    const share = energy.share()
    const start = share.read()
    rmSync(path.join(folder, 'intel-rapl:0'), { recursive: true })
    pass(1_000)
    const other = energy.share()
    expect(other.read()).toBeNull()
    pass(1_000)
    set(first(30))
    expect(spentBetween(start, share.read())).toBeNull()
  })
})
