import { readFileSync } from 'node:fs'
import { put, imageSource, tableCase, type HostileCase } from './hostile-case.ts'
import { idxBytes } from '../idx-bytes.ts'

/** Made by test/fixtures/data/binary-tables.py with pyarrow and NumPy. */
const made = JSON.parse(
  readFileSync(
    new URL('../../fixtures/data/binary-tables.generated.json', import.meta.url),
    'utf8',
  ),
) as Record<'parquet' | 'hostileParquet' | 'hostileNpy', Record<string, string>>

const parquet = (name: string) => Buffer.from(made.hostileParquet[name] ?? '', 'base64')
const npy = (name: string) => Buffer.from(made.hostileNpy[name] ?? '', 'base64')
/** Three rows, nine columns. */
export const goodParquet = Buffer.from(made.parquet['uncompressed'] ?? '', 'base64')
/** Two rows, three columns. */
export const goodNpy = npy('good')

function changed(content: Buffer, at: number, ...values: number[]): Buffer {
  const copy = Buffer.from(content)
  copy.set(values, at < 0 ? copy.length + at : at)
  return copy
}

function replaced(content: Buffer, from: Buffer | string, to: Buffer | string): Buffer {
  const at = content.indexOf(from, 0, 'latin1')
  if (at < 0) throw new Error(`not found: ${String(from)}`)
  const behind = content.subarray(at + from.length)
  return Buffer.concat([content.subarray(0, at), Buffer.from(to as string, 'latin1'), behind])
}

const damaged = 'rule.undamaged Parquet'
const footer = goodParquet.readUInt32LE(goodParquet.length - 8)

/** Page header in Thrift's compact form: field 5 is a structure whose field 1 is the number of values, 3. */
const pageOfThree = Buffer.from([0x2c, 0x15, 0x06])

/** Its header says 256,000,001 bytes, unpacked: fields 1 to 3 and 5 in Thrift's compact form. */
const pageTooLarge = [
  0x15, 0x00, 0x15, 0x82, 0xa0, 0x92, 0xf4, 0x01, 0x15, 0x00, 0x2c, 0x15, 0x06, 0x15, 0x00, 0x15,
  0x06, 0x15, 0x06, 0x00, 0x00,
]

const hostileParquet: readonly HostileCase[] = [
  tableCase('a Parquet file of four bytes', goodParquet.subarray(0, 4), ['parquet', damaged]),
  tableCase('a Parquet file without its end', goodParquet.subarray(0, -20), ['parquet', damaged]),
  tableCase(
    'a Parquet file whose footer is longer than it',
    changed(goodParquet, -8, 255, 255, 255, 127),
    ['parquet', damaged],
  ),
  tableCase(
    'a Parquet footer of noise',
    changed(goodParquet, -8 - footer, ...Array.from({ length: footer }, (_, at) => (at * 7) % 251)),
    ['parquet', damaged],
  ),
  tableCase(
    'a Parquet column that the schema does not have',
    changed(goodParquet, goodParquet.lastIndexOf('whole'), 0x78),
    ['parquet.column', 'rule.equal whole'],
  ),
  tableCase(
    'a Parquet page with more values than rows',
    replaced(goodParquet, pageOfThree, Buffer.from([0x2c, 0x15, 0x7e])),
    ['parquet.columns.whole.values', 'rule.equal 3'],
  ),
  tableCase(
    'a Parquet page header of noise',
    changed(goodParquet, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
    ['parquet', damaged],
  ),
  tableCase('a Parquet page that would be too large', changed(goodParquet, 4, ...pageTooLarge), [
    'parquet.columns.whole.pageBytes',
    'rule.bytes.atMost 256000000',
  ]),
  tableCase('Parquet packed in a way that is not known', parquet('lz4'), ['parquet', damaged]),
  tableCase('a Parquet column of lists', parquet('lists'), ['parquet.schema', 'rule.plainColumn']),
  tableCase('a Parquet column of structures', parquet('structures'), [
    'parquet.schema',
    'rule.plainColumn',
  ]),
  tableCase('a Parquet column of bytes', parquet('bytes'), ['parquet', damaged]),
  tableCase('an infinite number in Parquet', parquet('infinity'), ['x', 'rule.plainValue', 2]),
  tableCase('a Parquet file without rows', parquet('no rows'), ['rows', 'rule.headerAndRow']),
  tableCase('a Parquet column name twice', parquet('a column name twice'), [
    'header[1]',
    'rule.unique',
  ]),
  tableCase('a Parquet row without a target', parquet('a missing target'), [
    'y',
    'rule.targetMissing',
    2,
  ]),
]

const asColumn3 = { target: 'column3' }
function npyCase(name: string, content: Buffer, problem: readonly [string, string, number?]) {
  return tableCase(name, content, problem, asColumn3)
}

const hostileNpy: readonly HostileCase[] = [
  npyCase('an NPY file of six bytes', goodNpy.subarray(0, 6), ['npy.magic', 'rule.begins NPY']),
  npyCase('an NPY file of version 9', changed(goodNpy, 6, 9), ['npy.version', 'rule.between 1 3']),
  npyCase('an NPY header longer than the file', changed(goodNpy, 8, 255, 255), [
    'npy.headerLength',
    'rule.atMost 166',
  ]),
  npyCase('an NPY file with a pickle', npy('objects'), [
    'npy.descr',
    'rule.oneOf b1 u1 i1 u2 i2 u4 i4 u8 i8 f2 f4 f8',
  ]),
  npyCase('an NPY file of texts', npy('texts'), [
    'npy.descr',
    'rule.oneOf b1 u1 i1 u2 i2 u4 i4 u8 i8 f2 f4 f8',
  ]),
  npyCase('an NPY file of records', npy('records'), ['npy.descr', 'rule.npyNumbers']),
  npyCase('an NPY file of complex numbers', npy('complex'), [
    'npy.descr',
    'rule.oneOf b1 u1 i1 u2 i2 u4 i4 u8 i8 f2 f4 f8',
  ]),
  npyCase('an NPY file of one dimension', npy('one dimension'), ['npy.shape', 'rule.dimensions 2']),
  npyCase('an NPY file without rows', npy('no rows'), ['npy.shape', 'rule.atLeast 1']),
  npyCase('an NPY file that is cut short', goodNpy.subarray(0, -1), ['size', 'rule.sizeOfShape']),
  npyCase('an NPY file with a byte too many', Buffer.concat([goodNpy, Buffer.alloc(1)]), [
    'size',
    'rule.sizeOfShape 176 2 × 3',
  ]),
  npyCase(
    'an NPY file that claims a billion billion values',
    replaced(goodNpy, '(2, 3), }          ', '(999999999, 999999)'),
    ['size', 'rule.sizeOfShape'],
  ),
  npyCase('an NPY file without an order', replaced(goodNpy, 'fortran_order', 'fortran_older'), [
    'npy.fortran_order',
    'rule.present',
  ]),
  npyCase('an NPY file with a negative side', replaced(goodNpy, '(2, 3)', '(2,-3)'), [
    'npy.shape',
    'rule.present',
  ]),
  npyCase('an infinite number in NPY', npy('infinity'), ['column1', 'rule.finiteOrNan', 2]),
  {
    name: 'labels in NPY that are no whole numbers',
    make: folder =>
      imageSource({
        images: put(folder, 'images', idxBytes([2, 1, 1], [1, 2])),
        labels: put(folder, 'labels', replaced(goodNpy, '(2, 3)', '(6,)  ')),
      }),
    code: 'data.invalid',
    field: 'npy[0]',
    rule: 'rule.wholeBetween 0 255',
  },
]

/** Tables that are no text: Parquet and NPY. */
export const hostileBinaryTables: readonly HostileCase[] = [...hostileParquet, ...hostileNpy]
