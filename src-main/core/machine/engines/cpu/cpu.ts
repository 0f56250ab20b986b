import { defineEngine } from '../engine-definition.ts'

/** JavaScript on the processor. */
export const cpu = defineEngine({
  name: 'cpu',
  title: 'JavaScript',
  trains: 'networks',
  isPortable: true,
})
