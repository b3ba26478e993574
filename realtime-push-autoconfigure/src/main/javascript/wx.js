// What the push client needs of WeChat mini programs: connect({ key, url: "https://…/realtime", ...wechat() })
// SPDX-License-Identifier: Apache-2.0

export function wechat(platform = wx) {
  return {
    transports: ["websocket", "long-poll"],

    webSocket(url, protocol) {
      const task = platform.connectSocket({ url, protocols: [protocol] });
      const socket = {
        readyState: 0,
        send: (data) => task.send({ data }),
        close: () => task.close({}),
      };
      const end = (event) => {
        if (socket.readyState < 3) socket.onclose(event);
        socket.readyState = 3;
      };
      task.onOpen(() => {
        socket.readyState = 1;
        socket.onopen();
      });
      task.onMessage((event) => socket.onmessage(event));
      task.onError(({ errMsg }) => end({ reason: errMsg }));
      task.onClose(end);
      return socket;
    },

    fetch(url, { method = "GET", headers, body, signal }) {
      return new Promise((resolve, reject) => {
        const task = platform.request({
          url, method, header: headers, data: body, dataType: "text", timeout: 150_000,
          success: ({ statusCode, header, data }) => resolve({
            ok: statusCode >= 200 && statusCode < 300,
            status: statusCode,
            headers: { get: (name) => find(header, name) },
            text: async () => data,
            json: async () => JSON.parse(data),
          }),
          fail: ({ errMsg }) => reject(new Error(errMsg)),
        });
        if (signal) signal.onabort = () => task.abort();
      });
    },

    storage: {
      getItem: (name) => platform.getStorageSync(name) || null,
      setItem: (name, value) => platform.setStorageSync(name, value),
    },

    listen(client, offline, online) {
      platform.onAppShow(() => client.check());
      platform.onNetworkStatusChange(({ isConnected }) => (isConnected ? online() : offline()));
    },
  };
}

function find(headers, wanted) {
  const name = Object.keys(headers).find((each) => each.toLowerCase() === wanted.toLowerCase());
  return name === undefined ? null : headers[name];
}
