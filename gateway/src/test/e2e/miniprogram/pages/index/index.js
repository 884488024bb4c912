// A plain page, as a mini-program team would write its first one: no SDK, no SocketTask, no sub-protocol.
// Opened as pages/index/index?host=HOST:PORT&room=ROOM&nick=NICK
function hex(buffer) {
  return Array.from(new Uint8Array(buffer), byte => byte.toString(16).padStart(2, '0')).join(' ');
}

Page({
  data: {nick: '', server: '', socket: 'connecting', received: []},

  onLoad(options) {
    this.setData({nick: options.nick});
    wx.request({
      url: 'http://' + options.host + '/',
      success: response => this.setData({server: response.statusCode + ' ' + response.data.name}),
      fail: failure => this.setData({server: 'failed: ' + failure.errMsg}),
    });
    wx.onSocketOpen(() => this.setData({socket: 'open'}));
    wx.onSocketMessage(message => {
      const line = typeof message.data === 'string' ? 'text ' + message.data : 'binary ' + hex(message.data);
      this.setData({received: this.data.received.concat(line)});
    });
    wx.onSocketError(() => this.setData({socket: 'error'}));
    wx.onSocketClose(() => this.setData({socket: 'closed'}));
    wx.connectSocket({url: 'ws://' + options.host + '/ws?room=' + encodeURIComponent(options.room)});
  },

  sendText() {
    wx.sendSocketMessage({data: '你好 from ' + this.data.nick});
  },

  sendBinary() {
    const bytes = new Uint8Array(256);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = this.data.nick === 'magpie' ? i : 255 - i;
    }
    wx.sendSocketMessage({data: bytes.buffer});
  },

  closeSocket() {
    wx.closeSocket();
  },
});
