// mqtt.js as a user would have it, at a broker: node client.js SCENARIO PORT VERSION. It ends with 0 where all was as it should be.
const assert = require('node:assert')
const { once } = require('node:events')
const mqtt = require('mqtt')

const [scenario, port, version] = process.argv.slice(2)
const protocolVersion = Number(version)
const isV5 = protocolVersion === 5
const patience = () => AbortSignal.timeout(30_000)

async function connect (clientId, options = {}) {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { clientId, protocolVersion, protocolId: protocolVersion === 3 ? 'MQIsdp' : 'MQTT', reconnectPeriod: 0, ...options })
  client.inbox = []
  client.on('message', (topic, payload, packet) => {
    client.inbox.push({ topic, text: payload.toString(), packet })
    client.emit('inbox')
  })
  const [welcome] = await once(client, 'connect', { signal: patience() })
  client.welcome = welcome
  return client
}

async function messages (client, count) {
  while (client.inbox.length < count) await once(client, 'inbox', { signal: patience() })
  return client.inbox.splice(0, count)
}

// Everything sent before is there once this has come back.
async function settled (client, other = client) {
  await client.subscribeAsync('settled', { qos: 1 })
  await other.publishAsync('settled', '', { qos: 1 })
  const got = []
  do got.push(...await messages(client, 1)); while (got.at(-1).topic !== 'settled')
  return got.slice(0, -1)
}

const scenarios = {
  async qos () {
    const client = await connect('a')
    for (const qos of [0, 1, 2]) {
      const granted = await client.subscribeAsync(`t/${qos}/#`, { qos })
      assert.strictEqual(granted[0].qos, qos)
      for (let i = 0; i < 50; i++) await client.publishAsync(`t/${qos}/${i}`, `${i}`, { qos })
      const got = await messages(client, 50)
      assert.deepStrictEqual(got.map((m) => m.text), [...Array(50).keys()].map(String))
      assert.ok(got.every((m) => m.packet.qos === qos))
    }
    await client.endAsync()
  },

  async burst () {
    const client = await connect('a')
    await client.subscribeAsync('burst', { qos: 2 })
    const count = 1_000
    const flying = []
    for (let i = 0; i < count; i++) flying.push(client.publishAsync('burst', `${i}`, { qos: 2 }))
    const got = await messages(client, count)
    assert.deepStrictEqual(got.map((m) => m.text), [...Array(count).keys()].map(String))
    await Promise.all(flying)
    await client.endAsync()
  },

  async retained () {
    const client = await connect('a')
    await client.publishAsync('state/a', 'kept', { qos: 1, retain: true })
    await client.publishAsync('state/b', 'gone', { qos: 1, retain: true })
    await client.publishAsync('state/b', '', { qos: 1, retain: true })
    await client.subscribeAsync('state/#', { qos: 1 })
    const got = await settled(client)
    assert.deepStrictEqual(got.map((m) => [m.topic, m.text, m.packet.retain]), [['state/a', 'kept', true]])
    await client.endAsync()
  },

  async will () {
    const watcher = await connect('watcher')
    await watcher.subscribeAsync('will/#', { qos: 1 })
    const will = { topic: 'will/a', payload: 'died', qos: 1, retain: false }
    const polite = await connect('polite', { will: { ...will, topic: 'will/polite' } })
    await polite.endAsync()
    const dying = await connect('a', { will })
    dying.stream.destroy()
    const [message] = await messages(watcher, 1)
    assert.deepStrictEqual([message.topic, message.text], ['will/a', 'died'])
    dying.end(true)
    await watcher.endAsync()
  },

  async session () {
    const kept = { clean: false, ...(isV5 && { properties: { sessionExpiryInterval: 600 } }) }
    const first = await connect('a', kept)
    assert.strictEqual(first.welcome.sessionPresent, false)
    await first.subscribeAsync('t', { qos: 2 })
    await first.endAsync()
    const other = await connect('b')
    for (const qos of [1, 2]) await other.publishAsync('t', `qos ${qos}`, { qos })
    const second = await connect('a', kept)
    assert.strictEqual(second.welcome.sessionPresent, true)
    assert.deepStrictEqual((await messages(second, 2)).map((m) => m.text), ['qos 1', 'qos 2'])

    // A connection that breaks: mqtt.js comes back by itself and finds its session.
    second.options.reconnectPeriod = 10
    const back = once(second, 'connect', { signal: patience() })
    second.stream.destroy()
    assert.strictEqual((await back)[0].sessionPresent, true)
    await other.publishAsync('t', 'after', { qos: 2 })
    assert.strictEqual((await messages(second, 1))[0].text, 'after')
    await second.endAsync()
    await other.endAsync()
  },

  async takeover () {
    const first = await connect('a')
    const gone = once(first, 'close', { signal: patience() })
    const reason = isV5 ? once(first, 'disconnect', { signal: patience() }) : null
    const second = await connect('a')
    await gone
    if (reason) assert.strictEqual((await reason)[0].reasonCode, 0x8E)
    await second.endAsync()
    first.end(true)
  },

  async shared () {
    const workers = await Promise.all(['a', 'b', 'c'].map((id) => connect(id)))
    for (const worker of workers) await worker.subscribeAsync('$share/workers/job/#', { qos: 1 })
    const boss = await connect('boss')
    for (let i = 0; i < 30; i++) await boss.publishAsync(`job/${i}`, `${i}`, { qos: 1 })
    const got = []
    for (const worker of workers) got.push((await settled(worker, boss)).map((m) => m.text))
    assert.deepStrictEqual(got.map((texts) => texts.length), [10, 10, 10])
    assert.strictEqual(new Set(got.flat()).size, 30)
    for (const client of [...workers, boss]) await client.endAsync()
  },

  async properties () {
    const client = await connect('', { properties: { topicAliasMaximum: 5, requestResponseInformation: true } })
    assert.match(client.welcome.properties.assignedClientIdentifier, /^auto-/)
    await client.subscribeAsync('p', { qos: 1, rap: true, properties: { subscriptionIdentifier: 7 } })
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      contentType: 'text/plain',
      responseTopic: 'reply',
      correlationData: Buffer.from([1, 2, 3]),
      userProperties: { a: ['1', '2'], b: 'ü' }
    }
    for (let i = 0; i < 3; i++) await client.publishAsync('p', 'x', { qos: 1, properties })
    for (const { topic, packet } of await messages(client, 3)) {
      // mqtt.js puts the topic back that an alias stood for.
      assert.strictEqual(topic, 'p')
      const { topicAlias, subscriptionIdentifier, userProperties, messageExpiryInterval, ...rest } = packet.properties
      assert.deepStrictEqual({ ...userProperties }, properties.userProperties)
      assert.strictEqual([].concat(subscriptionIdentifier)[0], 7)
      assert.ok(messageExpiryInterval > 0 && messageExpiryInterval <= 60)
      assert.deepStrictEqual({ ...rest }, {
        payloadFormatIndicator: true,
        contentType: 'text/plain',
        responseTopic: 'reply',
        correlationData: Buffer.from([1, 2, 3])
      })
    }
    await client.endAsync()
  },

  async aliases () {
    const client = await connect('a', { autoAssignTopicAlias: true, properties: { topicAliasMaximum: 5 } })
    await client.subscribeAsync('long/#', { qos: 1 })
    for (let i = 0; i < 200; i++) await client.publishAsync(`long/topic/${i % 30}`, `${i % 30}`, { qos: 1 })
    for (const { topic, text } of await messages(client, 200)) assert.strictEqual(topic, `long/topic/${text}`)
    await client.endAsync()
  },

  async options () {
    const client = await connect('a')
    const other = await connect('b')
    await client.subscribeAsync('own', { qos: 0, nl: true })
    await client.publishAsync('own', 'mine', { qos: 1 })
    await other.publishAsync('own', 'theirs', { qos: 1 })
    assert.deepStrictEqual((await settled(client)).map((m) => m.text), ['theirs'])
    await other.publishAsync('kept', 'x', { qos: 1, retain: true })
    for (const [rh, count] of [[2, 0], [1, 0], [0, 1]]) {
      await client.subscribeAsync('kept', { qos: 0, rh })
      assert.strictEqual((await settled(client)).length, count)
    }
    await client.endAsync()
    await other.endAsync()
  }
}

scenarios[scenario]().then(
  () => process.exit(0),
  (error) => { console.error(error); process.exit(1) }
)
