import { MachineFile } from '../../src-main/platform/ssh/machine-file.ts'

/** Adds machines to a file as commands do: `FILE NAME COUNT`. */
const [file = '', name = '', count = '0'] = process.argv.slice(2)
for (let index = 0; index < Number(count); index++) {
  new MachineFile(file).add({ name: `${name}${index}`, host: name })
}
