// Reads packets, "version hex" a line, and writes each as mqtt-packet makes it from what it understood of it.
const readline = require('readline')
const mqtt = require('mqtt-packet')

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [version, hex] = line.split(' ')
  const options = { protocolVersion: Number(version) }
  const parser = mqtt.parser(options)
  const answers = []
  parser.on('packet', (packet) => {
    try {
      answers.push(mqtt.generate(packet, options).toString('hex'))
    } catch (error) {
      answers.push(`error ${error.message}`)
    }
  })
  parser.on('error', (error) => answers.push(`error ${error.message}`))
  const rest = parser.parse(Buffer.from(hex, 'hex'))
  console.log(answers.length === 1 ? answers[0] : `error ${answers.length} packets, ${rest} bytes left`)
})
