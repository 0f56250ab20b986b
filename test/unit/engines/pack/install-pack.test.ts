import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { MessageDescriptor } from '../../../../src-main/core/errors/message.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { stagePack, type StageRequest } from '../../../../src-main/engines/pack/install-pack.ts'
import { readManifest } from '../../../../src-main/engines/pack/pack-manifest.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import {
  buildZip,
  elfLibrary,
  emptyZip,
  libraryNames,
  wheelEntries,
  writeWheel,
  type MadeUpWheel,
} from '../../../helpers/made-up-wheel.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const linux = { platform: 'linux', architecture: 'x64' } as const

describe('stagePack', () => {
  const scratchFolder = useScratchFolders()

  function setUp() {
    const folder = scratchFolder()
    const engines = path.join(folder, 'data', 'engines')
    const stage = (wheels: readonly string[], changes: Partial<StageRequest> = {}) =>
      stagePack({
        pack: 'tensorflow',
        wheels,
        engines,
        gpu: false,
        target: linux,
        now: () => new Date(0),
        ...changes,
      })
    const file = (name: string) => path.join(folder, name)
    const make = (wheel: MadeUpWheel, name = 'made-up.whl') => writeWheel(file(name), wheel)
    return { engines, stage, file, make }
  }

  it('unpacks the two libraries, nothing else, and puts them in place on commit', async () => {
    const { engines, stage, make } = setUp()
    const extra = [{ name: 'tensorflow/python/pywrap.py', data: Buffer.from('import os') }]
    const steps: number[] = []
    const staged = await stage([make({ extra })], {
      onProgress: ({ bytes, totalBytes }) => steps.push(bytes / totalBytes),
    })
    expect(existsSync(path.join(engines, 'tensorflow'))).toBe(false)
    await staged.commit()
    const pack = path.join(engines, 'tensorflow')
    expect(readdirSync(engines)).toEqual(['tensorflow'])
    expect(readdirSync(pack, { recursive: true }).sort()).toEqual(
      ['pack.json', 'tensorflow', ...libraryNames].sort(),
    )
    for (const name of libraryNames) {
      expect(readFileSync(path.join(pack, name)).equals(elfLibrary())).toBe(true)
    }
    expect(steps.at(-1)).toBe(1)
    expect(readManifest(pack)).toMatchObject({
      version: '2.20.0',
      gpu: false,
      installedAt: '1970-01-01T00:00:00.000Z',
      bytes: 8192,
      wheels: [{ file: 'made-up.whl', name: 'tensorflow-cpu', version: '2.20.0' }],
    })
  })

  it('replaces a pack as a whole', async () => {
    const { engines, stage, make } = setUp()
    await (await stage([make({})])).commit()
    writeFileSync(path.join(engines, 'tensorflow', 'old'), '')
    await (await stage([make({ version: '2.19.1' })])).commit()
    const pack = path.join(engines, 'tensorflow')
    expect(readManifest(pack).version).toBe('2.19.1')
    expect(existsSync(path.join(pack, 'old'))).toBe(false)
    expect(readdirSync(engines)).toEqual(['tensorflow'])
  })

  it('puts libraries of CUDA where those of TensorFlow look for them', async () => {
    const { engines, stage, make } = setUp()
    const cuda = make(
      {
        name: 'nvidia_cublas_cu12',
        version: '12.5.3.2',
        tags: ['py3-none-manylinux2014_x86_64'],
        files: [
          { name: 'nvidia/cublas/lib/libcublas.so.12', data: elfLibrary() },
          { name: 'nvidia/cublas/include/cublas.h', data: Buffer.from('int x;') },
        ],
      },
      'cuda.whl',
    )
    const staged = await stage([make({ name: 'tensorflow' }), cuda], { gpu: true })
    await staged.commit()
    const nvidia = path.join(engines, 'tensorflow', 'nvidia')
    expect(readdirSync(nvidia, { recursive: true })).toEqual([
      'cublas',
      'cublas/lib',
      'cublas/lib/libcublas.so.12',
    ])
    expect(staged.manifest.gpu).toBe(true)
  })

  it('takes a small library that is zeros beside libraries that are not, as in cuDNN', async () => {
    const { engines, stage, make } = setUp()
    const dense = Buffer.concat([elfLibrary(), randomBytes(64 * 1024)])
    const sparse = Buffer.concat([elfLibrary(), Buffer.alloc(2 * 2 ** 20)])
    const wheel = {
      name: 'nvidia_cudnn_cu12',
      tags: ['py3-none-manylinux_2_27_x86_64'],
      files: [
        { name: 'nvidia/cudnn/lib/libcudnn.so.9', data: dense },
        { name: 'nvidia/cudnn/lib/libcudnn_engines_tensor_ir.so.9', data: sparse },
      ],
    }
    const staged = await stage([make({ name: 'tensorflow' }), make(wheel, 'cudnn.whl')])
    await staged.commit()
    const folder = path.join(engines, 'tensorflow', 'nvidia', 'cudnn', 'lib')
    expect(readFileSync(path.join(folder, 'libcudnn_engines_tensor_ir.so.9'))).toEqual(sparse)
  })

  it('removes what killed installations left, and leaves those that run alone', async () => {
    const { engines, stage, make } = setUp()
    // Numbers of processes end at 2^22 on Linux.
    const dead = ['.installing-99999999', '.downloading-99999999']
    const alive = `.installing-${process.ppid}`
    for (const name of [...dead, alive]) mkdirSync(path.join(engines, name), { recursive: true })
    const staged = await stage([make({})])
    expect(readdirSync(engines).sort()).toEqual([alive, `.installing-${process.pid}`].sort())
    await staged.discard()
    expect(readdirSync(engines)).toEqual([alive])
  })

  describe('refuses, and leaves nothing behind,', () => {
    const [framework, main] = libraryNames
    const library = { name: framework, data: elfLibrary() }
    const zeros = Buffer.alloc(4 * 2 ** 20)
    const wheel = (made: MadeUpWheel) => buildZip(wheelEntries(made))

    it.each<[string, () => Buffer, RegExp]>([
      ['a file that is no archive', () => Buffer.from('<html>404</html>'), /end of central dir/i],
      ['an empty file', () => Buffer.alloc(0), /end of central dir/i],
      ['a wheel that is cut off', () => wheel({}).subarray(0, -30), /end of central dir/i],
      [
        'a wheel whose middle is missing',
        () => {
          const whole = wheel({})
          return Buffer.concat([whole.subarray(0, 60), whole.subarray(120)])
        },
        /invalid|central directory|signature|unexpected|distance|block/i,
      ],
      ['an archive that is no wheel', () => buildZip([library]), /no wheel/],
      ['another package', () => wheel({ name: 'numpy' }), /holds numpy/],
      [
        'a wheel for another system',
        () => wheel({ tags: ['cp311-cp311-macosx_12_0_arm64'] }),
        /made for cp311-cp311-macosx_12_0_arm64, this machine is linux x64/,
      ],
      [
        'a wheel for another processor',
        () => wheel({ tags: ['cp311-cp311-manylinux_2_27_aarch64'] }),
        /manylinux_2_27_aarch64/,
      ],
      ['a version without a library of its own', () => wheel({ version: '2.9.1' }), /2\.9\.1/],
      ['a version from the future', () => wheel({ version: '3.0.0' }), /3\.0\.0/],
      ['a wheel without a library', () => wheel({ files: [library] }), /libtensorflow_cc/],
      [
        'a library that RECORD does not list',
        () => wheel({ record: { [main]: 'other,,' } }),
        /RECORD does not list tensorflow\/libtensorflow_cc/,
      ],
      [
        'a library of another size than RECORD says',
        () => wheel({ record: { [main]: `${main},sha256=${'A'.repeat(43)},17` } }),
        /has 4096; its list says 17/,
      ],
      [
        'a library of another content than RECORD says',
        () => wheel({ record: { [main]: `${main},sha256=${'A'.repeat(43)},4096` } }),
        /has [0-9a-f]{64}; its list says 0{64}/,
      ],
      [
        'a library for another processor in a wheel with the right tag',
        () => wheel({ files: [library, { name: main, data: elfLibrary(0xb7) }] }),
        /is no library for linux x64/,
      ],
      [
        'a script in place of a library',
        () => wheel({ files: [library, { name: main, data: Buffer.from('#!/bin/sh\nexit 1 ') }] }),
        /is no library/,
      ],
      [
        'a bomb',
        () => wheel({ files: [library, { name: main, data: zeros }] }),
        /would grow from \d+ to 4198400 bytes, more than 100 times/,
      ],
      [
        'one bomb among other libraries',
        () =>
          wheel({
            files: [
              { name: framework, data: Buffer.concat([elfLibrary(), randomBytes(2 ** 20)]) },
              { name: main, data: Buffer.alloc(17 * 2 ** 20) },
            ],
          }),
        /libtensorflow_cc\.so\.2 would grow from \d+ to 17825792 bytes, more than 100 times/,
      ],
      [
        'a bomb that lies about its size',
        () =>
          wheel({
            files: [library, { name: main, data: zeros, declaredBytes: 5000 }],
            record: { [main]: `${main},sha256=${'A'.repeat(43)},5000` },
          }),
        /too many bytes/i,
      ],
      [
        'a name that leads out of the pack',
        () => wheel({ extra: [{ name: '../../escaped', data: Buffer.from('x') }] }),
        /invalid relative path/,
      ],
      [
        'an absolute name',
        () => wheel({ extra: [{ name: '/tmp/escaped', data: Buffer.from('x') }] }),
        /absolute path/,
      ],
      [
        'two entries of one name',
        () => wheel({ extra: [{ name: main, data: elfLibrary() }] }),
        /two entries named tensorflow\/libtensorflow_cc/,
      ],
      [
        'a library of more than 4 GiB',
        () => wheel({ record: { [main]: `${main},sha256=${'A'.repeat(43)},4294967297` } }),
        /has 4294967297 bytes.*4294967296/,
      ],
      [
        'a text of more than 32 MiB',
        () => {
          const texts = wheelEntries({}).filter(({ name }) => !name.endsWith('METADATA'))
          const name = 'tensorflow_cpu-2.20.0.dist-info/METADATA'
          const large = { name, data: randomBytes(400_000), declaredBytes: 32 * 2 ** 20 + 1 }
          return buildZip([...texts, large])
        },
        /METADATA has 33554433 bytes.*33554432/,
      ],
      ['more than 200,000 entries', () => emptyZip(200_001), /200001 entries.*200000/],
      [
        'an encrypted library',
        () => wheel({ files: [library, { name: main, data: elfLibrary(), encrypted: true }] }),
        /encrypted/,
      ],
    ])('%s', async (_, content, reason) => {
      const { engines, stage, file } = setUp()
      writeFileSync(file('hostile.whl'), content())
      const error = await catchAppError(() => stage([file('hostile.whl')]))
      expect(error.code).toBe('pack.refused')
      expect(error.detail).toMatchObject({ file: file('hostile.whl') })
      expect(
        createTranslate('en').format((error.detail as { reason: MessageDescriptor }).reason),
      ).toMatch(reason)
      expect(existsSync(engines) ? readdirSync(engines) : []).toEqual([])
      expect(existsSync(path.join(engines, '..', 'escaped'))).toBe(false)
    })

    it('control characters of a name in its words', async () => {
      const { stage, make } = setUp()
      const name = '../\u001b[2Jescaped'
      const file = make({ extra: [{ name, data: Buffer.from('x') }] })
      const error = await catchAppError(() => stage([file]))
      expect(JSON.stringify(error.detail)).not.toContain('\\u001b')
    })

    it('a pack for GPUs from the wheel for processors, and two wheels of TensorFlow', async () => {
      const { engines, stage, make } = setUp()
      const cpu = make({}, 'cpu.whl')
      const gpu = await catchAppError(() => stage([cpu], { gpu: true }))
      expect(JSON.stringify(gpu.detail)).toMatch(/failure\.wheelWithoutGpu/)
      const two = await catchAppError(() => stage([cpu, make({ name: 'tensorflow' }, 'b.whl')]))
      expect(JSON.stringify(two.detail)).toMatch(/failure\.oneWheel.*"count":2/)
      expect(existsSync(engines)).toBe(false)
    })

    it('a file that is not there, and a folder', async () => {
      const { stage, file } = setUp()
      const missing = await catchAppError(() => stage([file('nowhere.whl')]))
      expect(missing).toMatchObject({ code: 'file.notFound' })
      mkdirSync(file('folder.whl'))
      const folder = await catchAppError(() => stage([file('folder.whl')]))
      expect(folder).toMatchObject({ code: 'file.unreadable' })
    })

    it('a place that cannot be written', async () => {
      const { engines, stage, make } = setUp()
      mkdirSync(path.dirname(engines), { recursive: true })
      writeFileSync(engines, 'a file where the folder should be')
      const error = await catchAppError(() => stage([make({})]))
      expect(error.code).toBe('file.unwritable')
    })
  })
})
