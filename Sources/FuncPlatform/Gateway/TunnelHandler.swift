import NIOCore

/// One end of a connection that left HTTP: passes bytes on as they are, no faster than the other end takes them.
final class TunnelHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private weak var partner: TunnelHandler?
    private var context: ChannelHandlerContext?
    private var isReadPending = false
    /// Set while the HTTP handlers, which cannot pass plain bytes on, are still in the pipeline.
    private var isOpen = false
    private var early: [ByteBuffer] = []

    /// Two ends that know each other; both channels must be on one event loop.
    static func pair() -> (TunnelHandler, TunnelHandler) {
        let (one, other) = (TunnelHandler(), TunnelHandler())
        one.partner = other
        other.partner = one
        return (one, other)
    }

    private var takesMore: Bool { isOpen && context?.channel.isWritable == true }

    /// The HTTP handlers are gone: from here on, bytes can be written.
    func open() {
        isOpen = true
        let held = early
        early = []
        for bytes in held { write(bytes) }
        partner?.readAgain()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        partner?.write(unwrapInboundIn(data))
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.readAgain() }
    }

    func read(context: ChannelHandlerContext) {
        if partner?.takesMore ?? true {
            context.read()
        } else {
            isReadPending = true
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        partner?.closeAfterFlush()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func write(_ bytes: ByteBuffer) {
        guard isOpen else { return early.append(bytes) }
        // What a decoder leaves behind comes without a read that completes, so nothing later would flush it.
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    private func readAgain() {
        guard isReadPending else { return }
        isReadPending = false
        context?.read()
    }

    private func closeAfterFlush() {
        guard let context else { return }
        guard isOpen else { return context.close(promise: nil) }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
    }
}
