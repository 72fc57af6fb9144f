# frozen_string_literal: true

require "json"
require "socket"

# A real HTTP server on loopback that answers from a list and remembers what it was asked.
# An answer is [status, body], or :hang_up to close the connection after reading the request.
class FakeDodoServer
  Request = Struct.new(:method, :path, :headers, :body, keyword_init: true)

  attr_reader :requests

  def initialize(*answers)
    @answers = answers
    @requests = []
    @server = TCPServer.new("127.0.0.1", 0)
    @thread = Thread.new { serve }
  end

  def url = "http://127.0.0.1:#{@server.addr[1]}"

  def stop
    @server.close
    @thread.join
  end

  private

  def serve
    loop do
      socket = @server.accept
      requests << receive(socket)
      answer(socket, @answers.shift || [500, {}])
    ensure
      socket&.close
    end
  rescue IOError, Errno::EBADF
    nil
  end

  def receive(socket)
    method, path, = socket.gets.split
    headers = {}
    while (line = socket.gets.chomp) != ""
      name, value = line.split(": ", 2)
      headers[name.downcase] = value
    end
    Request.new(method:, path:, headers:, body: socket.read(headers.fetch("content-length", 0).to_i))
  end

  def answer(socket, answer)
    return if answer == :hang_up

    status, body = answer
    text = body.is_a?(String) ? body : JSON.generate(body)
    socket.write("HTTP/1.1 #{status} X\r\nContent-Length: #{text.bytesize}\r\nConnection: close\r\n\r\n#{text}")
  end
end
