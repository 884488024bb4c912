/** Login of mini-programs: what {@code wx.login} gives, taken to WeChat, for a token. Nothing here knows connections. */
@NullMarked
package io.magpie.gateway.wechat;

import org.jspecify.annotations.NullMarked;
