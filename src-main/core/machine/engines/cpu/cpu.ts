import { defineEngine } from '../engine-definition.ts'

/** JavaScript on the processor. */
export const cpu = defineEngine({
  name: 'cpu',
  trains: 'networks',
  isPortable: true,
})
